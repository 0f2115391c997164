// The members of a group side by side; of many, only those in sight exist. What does not fit is counted at its edge.
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Group } from "../ipc";
import { count } from "../shared/format";
import { MemberTile } from "./member-tile";
import type { RowActions } from "./row-actions";

const TILE = 164;
const GAP = 8;
const STRIDE = TILE + GAP;
const PAD = 12;
/** Room for the counter at the edge, beside the tile that has the focus. */
const EDGE = 96;

/** Tiles from `first` to `last` are in sight by at least half; the others are `before` and `after` them. */
export function sight(many: number, scrolled: number, width: number) {
  const middle = PAD + TILE / 2;
  const before = Math.min(many, Math.max(0, Math.ceil((scrolled - middle) / STRIDE)));
  const shown = Math.min(many, Math.max(0, Math.floor((scrolled + width - middle) / STRIDE) + 1));
  return {
    before,
    after: many - Math.max(before, shown),
    first: Math.max(0, before - 1),
    last: Math.min(many - 1, shown),
  };
}

function Edge({ side, many, onClick }: { side: "left" | "right"; many: number; onClick: () => void }) {
  if (many === 0) return null;
  const left = side === "left";
  return (
    <div
      aria-hidden // a screen reader goes through the grid by its arrow keys and needs no way to scroll
      className={`pointer-events-none absolute inset-y-0 flex w-28 items-center from-surface from-25% to-transparent ${left ? "left-0 justify-start rounded-bl-xl bg-linear-to-r pl-2" : "right-0 justify-end rounded-br-xl bg-linear-to-l pr-2"}`}
    >
      <button
        type="button"
        tabIndex={-1}
        onClick={onClick}
        className="pointer-events-auto inline-flex h-8 items-center gap-0.5 rounded-full border border-edge bg-surface px-2.5 text-[13px] font-medium shadow-card hover:bg-sunken"
      >
        {left && <ChevronLeft size={15} aria-hidden className="-ml-1" />}+{count(many)} more
        {!left && <ChevronRight size={15} aria-hidden className="-mr-1" />}
      </button>
    </div>
  );
}

type Props = { group: Group; row: number; width: number; focused: number | null; actions: RowActions };

export function Members({ group, row, width, focused, actions }: Props) {
  const { members } = group;
  const strip = useRef<HTMLDivElement>(null);
  // In steps of a quarter tile: that is as fine as anything here depends on it.
  const [scrolled, setScrolled] = useState(0);
  const { before, after, first, last } = sight(members.length, scrolled, width);
  const from = focused === null ? first : Math.min(first, focused);
  const to = focused === null ? last : Math.max(last, focused);

  useEffect(() => {
    const box = strip.current;
    if (focused === null || !box) return;
    const left = PAD + focused * STRIDE;
    if (left - EDGE < box.scrollLeft) box.scrollLeft = left - EDGE;
    else if (left + TILE + EDGE > box.scrollLeft + width) box.scrollLeft = left + TILE + EDGE - width;
  }, [focused, width]);

  const page = (by: number) =>
    strip.current?.scrollBy({ left: by * Math.max(STRIDE, width - 240), behavior: "smooth" });
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={strip}
        onScroll={(event) => setScrolled(Math.round(event.currentTarget.scrollLeft / (STRIDE / 4)) * (STRIDE / 4))}
        className="h-full overflow-x-auto overflow-y-hidden pt-0.5 pb-2 [scrollbar-width:none] [&::-webkit-scrollbar]:hidden"
      >
        <div
          className="flex items-start"
          style={{ gap: GAP, width: members.length * STRIDE - GAP + 2 * PAD, paddingLeft: PAD + from * STRIDE }}
        >
          {members.slice(from, to + 1).map((member, i) => (
            <MemberTile
              key={member.assetId}
              member={member}
              group={group}
              place={from + i}
              row={row}
              focused={focused === from + i}
              actions={actions}
            />
          ))}
        </div>
      </div>
      <Edge side="left" many={before} onClick={() => page(-1)} />
      <Edge side="right" many={after} onClick={() => page(1)} />
    </div>
  );
}
