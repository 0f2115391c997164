// The decisions over the pair and its group. Each says what it does to the members that are not on screen.
import type { ReactNode } from "react";
import type { Group } from "../../ipc";
import { Button } from "../../shared/ui/button";
import type { ActionId } from "../keys/actions";
import { caps } from "../keys/combo";
import { useHints } from "../keys/use-keymap";
import { isProtected, type Pair, refusal, suggestion, type Verdict } from "./pair";
import { onlyOnceWords, othersWords } from "./words";

type Props = {
  group: Group;
  pair: Pair;
  onKeep: (verdict: Verdict) => void;
  onOnlyKeeper: () => void;
  onNotDuplicates: () => void;
  onLater: () => void;
};

const VERDICTS: { verdict: Verdict; label: string; id: ActionId }[] = [
  { verdict: "left", label: "Keep left", id: "keepLeft" },
  { verdict: "both", label: "Keep both", id: "keepBoth" },
  { verdict: "right", label: "Keep right", id: "keepRight" },
];

function Decide({
  id,
  suggested,
  refused,
  onClick,
  title,
  children,
}: {
  id: ActionId;
  suggested?: boolean;
  refused?: string | null;
  onClick: () => void;
  title?: string;
  children: ReactNode;
}) {
  const { first, shortcuts } = useHints();
  const combo = first(id);
  return (
    <Button
      variant={suggested ? "primary" : "secondary"}
      disabled={!!refused}
      title={refused ?? title}
      aria-keyshortcuts={shortcuts(id)}
      onClick={onClick}
    >
      {children}
      {combo && (
        <kbd aria-hidden className="font-sans text-xs opacity-70">
          {caps(combo).join(" ")}
        </kbd>
      )}
    </Button>
  );
}

export function Verdicts({ group, pair, onKeep, onOnlyKeeper, onNotDuplicates, onLater }: Props) {
  const { members } = group;
  const suggested = suggestion(group, members[pair.left], members[pair.right]);
  const refusals = [...new Set(VERDICTS.map(({ verdict }) => refusal(pair, members, verdict)).filter(Boolean))];
  const aside = members.filter((m) => !m.suggested && !isProtected(m)).length;
  const lines = [
    suggested && `Suggested: keep ${suggested}.`,
    othersWords(group, pair),
    onlyOnceWords(group),
    refusals.length === 2 ? "Both are in protected folders: they always stay." : refusals[0],
  ].filter(Boolean);
  return (
    <footer className="flex shrink-0 flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t border-line bg-surface px-4 py-2">
      <p data-testid="consequence" className="basis-full text-[13px] text-muted">
        {lines.join(" ")}
      </p>
      <div className="flex flex-wrap gap-2">
        {VERDICTS.map(({ verdict, label, id }) => (
          <Decide
            key={id}
            id={id}
            suggested={verdict === suggested}
            refused={refusal(pair, members, verdict)}
            onClick={() => onKeep(verdict)}
          >
            {label}
          </Decide>
        ))}
      </div>
      <div className="flex flex-wrap gap-2">
        <Decide
          id="onlyKeeper"
          refused={aside === 0 ? "Every other member is in a protected folder." : null}
          title={`Keeps the keeper and sets ${aside} of ${members.length} members aside; protected ones stay`}
          onClick={onOnlyKeeper}
        >
          Only the keeper
          {aside > 0 && <span className="text-xs opacity-70">{aside} aside</span>}
        </Decide>
        <Decide id="notDuplicates" title="All stay, and the group does not come back" onClick={onNotDuplicates}>
          Not duplicates
        </Decide>
        <Decide id="later" onClick={onLater}>
          Later
        </Decide>
      </div>
    </footer>
  );
}
