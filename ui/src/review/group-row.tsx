// One group: what it is, why its keeper was chosen, the decisions, and its members side by side.
import { Check, Clock, Columns2, Copy, Images, Split } from "lucide-react";
import type { Decision, Group, GroupStatus } from "../ipc";
import { bytes, count } from "../shared/format";
import { Badge, type Tone } from "../shared/ui/badge";
import { Button } from "../shared/ui/button";
import { Members } from "./members";

const STATUS: Record<Exclude<GroupStatus, "open">, { tone: Tone; text: string }> = {
  decided: { tone: "good", text: "Decided" },
  notDuplicates: { tone: "neutral", text: "Not duplicates" },
  later: { tone: "warn", text: "Later" },
};

/** The rule's reason while its keeper is the one kept; otherwise what the person chose. */
function keptText({ members, reason }: Group): string {
  const kept = members.filter((m) => m.keep);
  if (kept.length === members.length) return "All kept";
  return kept.every((m) => m.suggested)
    ? `Kept: ${reason}`
    : `Kept: ${count(kept.length)} of ${count(members.length)}, as you chose`;
}

type Props = {
  group: Group;
  draft: boolean;
  focused: number | null;
  onFocus: (member: number) => void;
  onAccept: () => void;
  onDecide: (decision: Decision) => void;
  onToggle: (assetId: number) => void;
  onCompare: () => void;
};

export function GroupRow({ group, draft, focused, onFocus, onAccept, onDecide, onToggle, onCompare }: Props) {
  const exact = group.kind === "exact";
  const aside = group.members.filter((m) => !m.keep);
  const asideBytes = aside.reduce((sum, m) => sum + m.size, 0);
  return (
    <div
      data-testid="group-row"
      data-kind={group.kind}
      data-status={group.status}
      className={`flex h-full flex-col rounded-xl border bg-surface shadow-card ${focused === null ? "border-line" : "border-accent"}`}
    >
      <div role="gridcell" className="flex items-center gap-2 px-3 pt-2.5 pb-2">
        <Badge
          tone={exact ? "neutral" : "accent"}
          icon={exact ? <Copy size={12} aria-hidden /> : <Images size={12} aria-hidden />}
        >
          {exact ? "Exact" : "Similar"}
        </Badge>
        {group.status !== "open" && <Badge tone={STATUS[group.status].tone}>{STATUS[group.status].text}</Badge>}
        <p className="min-w-0 flex-1 truncate text-[13px]">
          <span className="font-medium">{keptText(group)}</span>
          <span className="text-muted">
            {" "}
            · {count(group.members.length)} photos{aside.length > 0 && ` · ${bytes(asideBytes)} set aside`}
          </span>
        </p>
        <Button
          size="sm"
          variant="ghost"
          tabIndex={-1}
          icon={<Columns2 size={15} aria-hidden />}
          onClick={onCompare}
          title="Compare (C)"
        >
          <span className="max-xl:sr-only">Compare</span>
        </Button>
        <Button
          size="sm"
          variant="ghost"
          tabIndex={-1}
          icon={<Clock size={15} aria-hidden />}
          onClick={() => onDecide({ kind: "later" })}
          title="Later (L)"
        >
          <span className="max-xl:sr-only">Later</span>
        </Button>
        <Button
          size="sm"
          tabIndex={-1}
          icon={<Split size={15} aria-hidden />}
          onClick={() => onDecide({ kind: "notDuplicates" })}
          title="Not duplicates: keep all (N)"
        >
          Keep all
        </Button>
        <Button
          size="sm"
          variant="primary"
          tabIndex={-1}
          icon={<Check size={15} aria-hidden />}
          onClick={onAccept}
          title={draft ? "Store this choice (Enter)" : "Accept the suggestion (Enter)"}
        >
          {draft ? `Keep ${count(group.members.length - aside.length)} of ${count(group.members.length)}` : "Accept"}
        </Button>
      </div>
      <Members
        members={group.members}
        exact={exact}
        focused={focused}
        onFocus={onFocus}
        onToggle={onToggle}
        onKeepOnly={(assetId) => onDecide({ kind: "keep", assetIds: [assetId] })}
      />
    </div>
  );
}
