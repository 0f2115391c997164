// The members of a group side by side. What does not fit is counted at the edge it lies behind; a click goes there.
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Member } from "../ipc";
import { count } from "../shared/format";
import { MemberTile } from "./member-tile";

type Props = {
  members: Member[];
  exact: boolean;
  focused: number | null;
  onFocus: (member: number) => void;
  onToggle: (assetId: number) => void;
  onKeepOnly: (assetId: number) => void;
};

/** How many children lie, by more than half, outside the visible part. */
function hidden(strip: HTMLElement): { before: number; after: number } {
  const [left, right] = [strip.scrollLeft, strip.scrollLeft + strip.clientWidth];
  let [before, after] = [0, 0];
  for (const tile of strip.children as HTMLCollectionOf<HTMLElement>) {
    const middle = tile.offsetLeft + tile.offsetWidth / 2;
    if (middle < left) before++;
    else if (middle > right) after++;
  }
  return { before, after };
}

function Edge({ side, many, onClick }: { side: "left" | "right"; many: number; onClick: () => void }) {
  if (many === 0) return null;
  const left = side === "left";
  return (
    <div
      className={`pointer-events-none absolute inset-y-0 flex w-28 items-center from-surface from-25% to-transparent ${left ? "left-0 justify-start bg-linear-to-r pl-2" : "right-0 justify-end rounded-br-xl bg-linear-to-l pr-2"}`}
    >
      <button
        type="button"
        tabIndex={-1}
        onClick={onClick}
        aria-label={`${count(many)} more to the ${side}`}
        className="pointer-events-auto inline-flex h-8 items-center gap-0.5 rounded-full border border-edge bg-surface px-2.5 text-[13px] font-medium shadow-card hover:bg-sunken"
      >
        {left && <ChevronLeft size={15} aria-hidden className="-ml-1" />}+{count(many)} more
        {!left && <ChevronRight size={15} aria-hidden className="-mr-1" />}
      </button>
    </div>
  );
}

export function Members({ members, exact, focused, onFocus, onToggle, onKeepOnly }: Props) {
  const strip = useRef<HTMLDivElement>(null);
  const [out, setOut] = useState({ before: 0, after: 0 });
  const measure = useCallback(() => {
    if (!strip.current) return;
    const next = hidden(strip.current);
    setOut((was) => (was.before === next.before && was.after === next.after ? was : next));
  }, []);
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    if (strip.current) observer.observe(strip.current);
    return () => observer.disconnect();
  }, [measure]);
  useEffect(measure, [measure, members.length]);

  const page = (by: number) =>
    strip.current?.scrollBy({ left: by * Math.max(176, strip.current.clientWidth - 240), behavior: "smooth" });
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={strip}
        onScroll={measure}
        className="relative flex h-full scroll-px-24 items-start gap-2 overflow-x-auto overflow-y-hidden px-3 pt-0.5 pb-2 [scrollbar-width:none] [&::-webkit-scrollbar]:hidden"
      >
        {members.map((member, i) => (
          <MemberTile
            key={member.assetId}
            member={member}
            exact={exact}
            focused={focused === i}
            onFocus={() => onFocus(i)}
            onToggle={() => onToggle(member.assetId)}
            onKeepOnly={() => onKeepOnly(member.assetId)}
          />
        ))}
      </div>
      <Edge side="left" many={out.before} onClick={() => page(-1)} />
      <Edge side="right" many={out.after} onClick={() => page(1)} />
    </div>
  );
}
