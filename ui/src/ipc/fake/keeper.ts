// Chooses the twin's keepers: marks first, then the first rule in force that can tell; says what stays and why.
import type { FolderMark, Group, Member, Rule, RuleId } from "../types";
import type { RawGroup } from "./make-group";

export const USUAL_RULES: RuleId[] = [
  "protected",
  "notDump",
  "motion",
  "raw",
  "companions",
  "original",
  "pixels",
  "metadata",
  "gps",
  "fileSize",
  "name",
  "older",
  "shortPath",
];

const REASON: Record<RuleId, string> = {
  protected: "in a protected folder",
  notDump: "outside of dumps",
  motion: "with its movie",
  raw: "RAW over JPEG",
  companions: "has more files belonging to it",
  original: "camera original",
  pixels: "most pixels",
  metadata: "knows when it was taken",
  gps: "knows where it was taken",
  fileSize: "larger file",
  name: "not named like a copy",
  older: "older file",
  shortPath: "shorter path",
};

/** The rules that could tell this group's best member from the others. */
function telling({ kind, members }: RawGroup, keeper: number, marks: (FolderMark | null)[]): RuleId[] {
  const rules: RuleId[] = [];
  if (marks[keeper] === "protected" && marks.some((mark) => mark !== "protected")) rules.push("protected");
  if (marks[keeper] !== "dump" && marks.includes("dump")) rules.push("notDump");
  if (members[keeper].motion !== null && members.some((m) => m.motion === null)) rules.push("motion");
  if (members[keeper].companions.length > 0) rules.push("companions");
  if (kind === "similar") rules.push("original", "pixels", "metadata", "fileSize");
  if (members[keeper].hasGps) rules.push("gps");
  if (kind === "exact") rules.push("name", "older", "shortPath");
  return rules;
}

export function arrange(raw: RawGroup, markOf: (path: string) => FolderMark | null, rules: Rule[]): Group {
  const on = rules.filter((rule) => rule.enabled).map((rule) => rule.id);
  const marks = raw.members.map((m) => markOf(m.folder));
  let keeper = 0;
  if (on.includes("protected") && marks.includes("protected")) keeper = marks.indexOf("protected");
  else if (on.includes("notDump") && marks[0] === "dump")
    keeper = Math.max(
      0,
      marks.findIndex((mark) => mark !== "dump"),
    );
  const able = telling(raw, keeper, marks);
  const burst = raw.kind === "burst";
  const sure = burst || (!raw.unclear && able.some((id) => on.includes(id)));
  const rule = sure && !burst ? (on.find((id) => able.includes(id)) ?? null) : null;
  const members = raw.members.map((m, i): Member => {
    const relation = i === keeper ? "keeper" : i === 0 ? raw.members[keeper].relation : m.relation;
    const copy = relation === "identical" || relation === "same" || relation === "turned" || relation === "border";
    const suggestKeep = i === keeper || !sure || !copy || marks[i] === "protected";
    const turn = relation === "turned" ? 6 : 1;
    return { ...m, relation, turn, suggested: i === keeper, suggestKeep, keep: suggestKeep, mark: marks[i] };
  });
  members.sort((a, b) => Number(b.suggested) - Number(a.suggested));
  return {
    id: raw.id,
    kind: raw.kind,
    status: "open",
    reason: rule ? REASON[rule] : burst ? "frames of one moment" : "no rule can tell them apart",
    rule,
    sure,
    reclaimBytes: members.reduce((sum, m) => sum + (m.suggestKeep ? 0 : m.size), 0),
    members,
  };
}
