// The line between the two halves in Split: a slider, by pointer and by keys.
import { MoveHorizontal } from "lucide-react";
import { DIAL } from "./modes";

const { least, most, step } = DIAL.split;
const MOVES: Record<string, (value: number) => number> = {
  ArrowLeft: (value) => value - step,
  ArrowDown: (value) => value - step,
  ArrowRight: (value) => value + step,
  ArrowUp: (value) => value + step,
  PageDown: (value) => value - 5 * step,
  PageUp: (value) => value + 5 * step,
  Home: () => least,
  End: () => most,
};

export function Divider({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label="Divider"
      aria-orientation="horizontal"
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={value}
      aria-valuetext={`${value} % left picture, ${100 - value} % right picture`}
      className="group/divider absolute inset-y-0 z-10 flex w-8 -translate-x-1/2 cursor-ew-resize touch-none items-center justify-center outline-none"
      style={{ left: `${value}%` }}
      onKeyDown={(event) => {
        const move = event.ctrlKey || event.metaKey || event.shiftKey ? undefined : MOVES[event.key];
        if (!move) return;
        event.preventDefault();
        onChange(move(value));
      }}
      onPointerDown={(event) => {
        event.stopPropagation(); // or the pictures move along
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        event.stopPropagation();
        const { left, width } = (event.currentTarget.parentElement as HTMLElement).getBoundingClientRect();
        onChange(Math.round(((event.clientX - left) / width) * 100));
      }}
      onDoubleClick={(event) => {
        event.stopPropagation();
        onChange(DIAL.split.start);
      }}
    >
      <span
        aria-hidden
        className="absolute inset-y-0 left-1/2 w-0.5 -translate-x-1/2 bg-white shadow-[0_0_0_1px_rgb(0_0_0/0.45)]"
      />
      <span
        aria-hidden
        className="relative inline-flex size-8 items-center justify-center rounded-full border border-edge bg-surface text-ink shadow-float group-focus-visible/divider:outline-2 group-focus-visible/divider:outline-offset-2 group-focus-visible/divider:outline-accent"
      >
        <MoveHorizontal size={17} />
      </span>
    </div>
  );
}
