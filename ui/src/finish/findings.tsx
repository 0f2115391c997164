// What verify found wrong, file by file, with what it means and what to do.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { Finding } from "../ipc";
import { PathText } from "../shared/ui/bits";

const ROW = 62;
const WHAT_TO_DO: Record<string, string> = {
  missing: "Missing at the destination. Move again: it is copied once more.",
  different: "Different from the original. Remove the wrong copy there, then move again.",
  edited: "An XMP file of Albumen’s, edited since by another program. It stays; no photo is concerned.",
  unreadable: "The destination did not give it back. Check the connection, then verify again.",
};

export function Findings({ findings }: { findings: Finding[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: findings.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 4,
    initialRect: { width: 800, height: 300 },
  });
  return (
    <div
      ref={scroller}
      tabIndex={0}
      role="region"
      aria-label="Findings"
      data-testid="findings"
      className="overflow-y-auto rounded-lg border border-line"
      style={{ height: Math.min(findings.length * ROW, 310) + 2 }}
    >
      <ul className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const finding = findings[index];
          return (
            <li
              key={index}
              className="selectable absolute inset-x-0 border-b border-line px-3.5 py-2.5 text-[13px]"
              style={{ height: ROW, transform: `translateY(${start}px)` }}
            >
              <PathText path={finding.key} />
              <p className="truncate text-bad" title={`${finding.what}; original: ${finding.from}`}>
                {WHAT_TO_DO[finding.what] ?? finding.what}
              </p>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
