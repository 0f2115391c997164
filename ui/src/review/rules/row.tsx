// One rule: its place, what it does, whether it counts, and the ways to move it.
import { useSortable } from "@dnd-kit/sortable";
import { ChevronDown, ChevronUp, GripVertical } from "lucide-react";
import { Switch } from "radix-ui";
import { useId } from "react";
import type { Rule } from "../../ipc";
import { IconButton } from "../../shared/ui/button";
import { RULE } from "../words";

type Props = {
  rule: Rule;
  place: number;
  last: boolean;
  onMove: (by: 1 | -1) => void;
  onSwitch: (enabled: boolean) => void;
};

export function RuleRow({ rule: { id, enabled }, place, last, onMove, onSwitch }: Props) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({
    id,
  });
  const text = useId();
  const { label, does } = RULE[id];
  return (
    <li
      ref={setNodeRef}
      data-testid="rule"
      data-rule={id}
      style={{ transform: transform ? `translate3d(0, ${transform.y}px, 0)` : undefined, transition }}
      className={`flex items-center gap-1.5 border-t border-line bg-surface py-2 pr-3 pl-1.5 first:rounded-t-xl first:border-0 last:rounded-b-xl ${isDragging ? "relative z-10 rounded-lg shadow-float" : ""}`}
    >
      <button
        type="button"
        ref={setActivatorNodeRef}
        {...attributes}
        {...listeners}
        aria-label={`Move “${label}”`}
        className="flex h-9 w-6 shrink-0 cursor-grab touch-none items-center justify-center rounded-md text-faint hover:bg-sunken hover:text-ink active:cursor-grabbing"
      >
        <GripVertical size={16} aria-hidden />
      </button>
      <span className="w-5 shrink-0 text-right text-[13px] text-faint" aria-hidden>
        {place + 1}
      </span>
      <div className={`ml-1.5 min-w-0 flex-1 ${enabled ? "" : "opacity-55"}`}>
        <p id={text} className="font-medium">
          {label}
        </p>
        <p className="text-[13px] text-muted">{does}</p>
      </div>
      <IconButton label={`Move “${label}” up`} disabled={place === 0} onClick={() => onMove(-1)}>
        <ChevronUp size={17} aria-hidden />
      </IconButton>
      <IconButton label={`Move “${label}” down`} disabled={last} onClick={() => onMove(1)}>
        <ChevronDown size={17} aria-hidden />
      </IconButton>
      <Switch.Root
        checked={enabled}
        onCheckedChange={onSwitch}
        aria-labelledby={text}
        className="ml-1 h-5.5 w-9.5 shrink-0 rounded-full border border-control bg-sunken p-px transition-colors data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <Switch.Thumb className="block size-4.5 rounded-full bg-muted transition-transform data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-accent" />
      </Switch.Root>
    </li>
  );
}
