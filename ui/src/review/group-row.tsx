// One group: what it is, why its keeper was chosen, the decisions, and its members side by side.
import { Check, CircleHelp, Clock, Columns2, Copy, GalleryHorizontalEnd, Images, Split } from "lucide-react";
import { memo } from "react";
import type { Group, GroupKind } from "../ipc";
import { bytes, count, plural } from "../shared/format";
import { Badge, type Tone } from "../shared/ui/badge";
import { Button } from "../shared/ui/button";
import type { ActionId } from "./keys/actions";
import { Members } from "./members";
import type { RowActions } from "./row-actions";
import { KIND, STATUS } from "./words";

const KIND_LOOK: Record<GroupKind, { tone: Tone; icon: typeof Copy }> = {
  exact: { tone: "neutral", icon: Copy },
  similar: { tone: "accent", icon: Images },
  burst: { tone: "neutral", icon: GalleryHorizontalEnd },
};
const STATUS_TONE = { decided: "good", notDuplicates: "neutral", later: "warn" } as const;

/** The rule's reason while its keeper is the one kept; otherwise what the person chose. */
function keptText({ members, reason, status, kind, sure }: Group): string {
  const kept = members.filter((m) => m.keep);
  if (kept.length === members.length) {
    if (status !== "open") return "All kept";
    if (kind === "burst") return "Other frames: all stay";
    return sure ? "All stay" : `All stay until you decide: ${reason}`;
  }
  if (members.every((m) => m.keep === m.suggestKeep)) return `Keeper: ${reason}`;
  return `Kept: ${count(kept.length)} of ${count(members.length)}, as you chose`;
}

function acceptText({ members }: Group, draft: boolean): string {
  const kept = members.filter((m) => (draft ? m.keep : m.suggestKeep)).length;
  if (kept === members.length) return "Keep all";
  return draft ? `Keep ${count(kept)} of ${count(members.length)}` : "Accept";
}

type Props = {
  group: Group;
  row: number;
  /** Of the row, in dots. */
  width: number;
  draft: boolean;
  focused: number | null;
  actions: RowActions;
  hint: (text: string, id: ActionId) => string;
};

export const GroupRow = memo(function GroupRow({ group, row, width, draft, focused, actions, hint }: Props) {
  const { tone, icon: Icon } = KIND_LOOK[group.kind];
  const aside = group.members.filter((m) => !m.keep);
  const asideBytes = aside.reduce((sum, m) => sum + m.size, 0);
  return (
    <div
      data-testid="group-row"
      data-kind={group.kind}
      data-status={group.status}
      className={`flex h-full flex-col rounded-xl border bg-surface shadow-card ${focused === null ? "border-line" : "border-accent"}`}
    >
      <div role="gridcell" aria-colindex={1} className="flex items-center gap-2 px-3 pt-2.5 pb-2">
        <Badge tone={tone} icon={<Icon size={12} aria-hidden />}>
          {KIND[group.kind]}
        </Badge>
        {!group.sure && group.kind !== "burst" && group.status === "open" && (
          <Badge tone="warn" icon={<CircleHelp size={12} aria-hidden />}>
            You decide
          </Badge>
        )}
        {group.status !== "open" && <Badge tone={STATUS_TONE[group.status]}>{STATUS[group.status]}</Badge>}
        <p className="min-w-0 flex-1 truncate text-[13px]" title={keptText(group)}>
          <span className="font-medium">{keptText(group)}</span>
          <span className="text-muted">
            {" "}
            · {plural(group.members.length, "photo")}
            {aside.length > 0 && ` · ${bytes(asideBytes)} not copied`}
          </span>
        </p>
        <Button
          size="sm"
          variant="ghost"
          tabIndex={-1}
          icon={<Columns2 size={15} aria-hidden />}
          onClick={() => actions.compare(row)}
          title={hint("Compare", "compare")}
        >
          <span className="max-xl:sr-only">Compare</span>
        </Button>
        <Button
          size="sm"
          variant="ghost"
          tabIndex={-1}
          icon={<Clock size={15} aria-hidden />}
          onClick={() => actions.decide(row, { kind: "later" })}
          title={hint("Later", "later")}
        >
          <span className="max-xl:sr-only">Later</span>
        </Button>
        <Button
          size="sm"
          tabIndex={-1}
          icon={<Split size={15} aria-hidden />}
          onClick={() => actions.decide(row, { kind: "notDuplicates" })}
          title={hint("Not duplicates: keep all", "notDuplicates")}
        >
          <span className="max-lg:sr-only">Not duplicates</span>
        </Button>
        <Button
          size="sm"
          variant={group.sure || draft ? "primary" : "secondary"}
          tabIndex={-1}
          icon={<Check size={15} aria-hidden />}
          onClick={() => actions.accept(row)}
          title={hint(draft ? "Store this choice" : "Accept the suggestion", "accept")}
        >
          {acceptText(group, draft)}
        </Button>
      </div>
      <Members group={group} row={row} width={width} focused={focused} actions={actions} />
    </div>
  );
});
