// The rules as a list that can be put in order: by dragging, by the keys of the handle, or by the arrow buttons.
import {
  type Announcements,
  closestCenter,
  DndContext,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import {
  arrayMove,
  SortableContext,
  sortableKeyboardCoordinates,
  verticalListSortingStrategy,
} from "@dnd-kit/sortable";
import type { Rule, RuleId } from "../../ipc";
import { say } from "../../shared/say";
import { RULE } from "../words";
import { RuleRow } from "./row";

const INSTRUCTIONS =
  "Press Space to lift the rule, the arrow keys to move it, Space again to put it down, Escape to cancel.";

type Props = {
  rules: Rule[];
  onChange: (rules: Rule[]) => void;
  /** A rule was lifted or put down. */
  onLift: (lifted: boolean) => void;
};

export function RuleList({ rules, onChange, onLift }: Props) {
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const placeOf = (id: unknown) => rules.findIndex((rule) => rule.id === id);
  const place = (index: number) => `place ${index + 1} of ${rules.length}`;
  const label = (id: unknown) => RULE[id as RuleId].label;
  const announcements: Announcements = {
    onDragStart: ({ active }) => `Lifted “${label(active.id)}”, ${place(placeOf(active.id))}.`,
    onDragOver: ({ active, over }) =>
      over ? `“${label(active.id)}” is now at ${place(placeOf(over.id))}.` : undefined,
    onDragEnd: ({ active, over }) =>
      over ? `“${label(active.id)}” was put down at ${place(placeOf(over.id))}.` : undefined,
    onDragCancel: ({ active }) => `“${label(active.id)}” is back at ${place(placeOf(active.id))}.`,
  };
  const move = (from: number, to: number) => {
    if (from < 0 || to < 0 || to >= rules.length || from === to) return;
    onChange(arrayMove(rules, from, to));
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      accessibility={{ announcements, screenReaderInstructions: { draggable: INSTRUCTIONS } }}
      onDragStart={() => onLift(true)}
      onDragCancel={() => onLift(false)}
      onDragEnd={({ active, over }) => {
        onLift(false);
        if (over) move(placeOf(active.id), placeOf(over.id));
      }}
    >
      <SortableContext items={rules.map((rule) => rule.id)} strategy={verticalListSortingStrategy}>
        <ol className="rounded-xl border border-line" aria-label="Rules, the first counts most">
          {rules.map((rule, i) => (
            <RuleRow
              key={rule.id}
              rule={rule}
              place={i}
              last={i === rules.length - 1}
              onMove={(by) => {
                move(i, i + by);
                say(`“${label(rule.id)}” is now at ${place(i + by)}.`);
              }}
              onSwitch={(enabled) => onChange(rules.map((r) => (r.id === rule.id ? { ...r, enabled } : r)))}
            />
          ))}
        </ol>
      </SortableContext>
    </DndContext>
  );
}
