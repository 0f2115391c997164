// The sheet of keys, on "?": all of them by place, each with a way to change it, and the preset they start from.
import { useEffect, useRef, useState } from "react";
import { plural } from "../shared/format";
import { say } from "../shared/say";
import { Button } from "../shared/ui/button";
import { Chips } from "../shared/ui/chips";
import { Dialog } from "../shared/ui/dialog";
import { ACTIONS, type Action, type ActionId, actionOf, PRESETS, type Preset } from "./keys/actions";
import { comboOf, isReserved, spoken } from "./keys/combo";
import { type Asking, KeyRow } from "./keys/key-row";
import { assign, holderOf } from "./keys/keymap";
import { useKeymap } from "./keys/use-keymap";
import { useRecorder } from "./keys/use-recorder";

const PLACES: { title: string; has: (action: Action) => boolean }[] = [
  { title: "Everywhere in Review", has: (action) => action.where.length > 1 },
  { title: "In the list of groups", has: (action) => action.where.length === 1 && action.where[0] === "gallery" },
  { title: "In Compare", has: (action) => action.where.length === 1 && action.where[0] === "compare" },
];

type Recording = { id: ActionId; asking: Asking | null };

export function KeySheet({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys in Review" testId="key-sheet">
      <Keys onClose={() => onOpenChange(false)} />
    </Dialog>
  );
}

type PresetQuestionProps = {
  preset: Preset;
  changes: number;
  onAnswer: (answer: "drop" | "keep" | "cancel") => void;
};

/** Own changes lie over every set: a set as it is needs them gone. */
function PresetQuestion({ preset, changes, onAnswer }: PresetQuestionProps) {
  const drop = useRef<HTMLButtonElement>(null);
  useEffect(() => drop.current?.focus(), []);
  return (
    <div role="alert" className="mb-2 rounded-lg border border-warn/30 bg-warn-soft px-3 py-2 text-[13px]">
      <p>
        You changed {plural(changes, "key")}. Take {changes === 1 ? "it" : "them"} over into “{PRESETS[preset]}”?
      </p>
      <div className="mt-2 flex flex-wrap justify-end gap-2">
        <Button ref={drop} size="sm" onClick={() => onAnswer("drop")}>
          Drop my changes
        </Button>
        <Button size="sm" onClick={() => onAnswer("keep")}>
          Keep my changes
        </Button>
        <Button size="sm" variant="ghost" onClick={() => onAnswer("cancel")}>
          Leave as it is
        </Button>
      </div>
    </div>
  );
}

/** The key that opens the sheet closes it, too. */
function useClosingKey(active: boolean, combos: string[], onClose: () => void) {
  const latest = useRef({ combos, onClose });
  latest.current = { combos, onClose };
  useEffect(() => {
    if (!active) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const combo = comboOf(event);
      if (event.repeat || event.defaultPrevented || !combo || !latest.current.combos.includes(combo)) return;
      event.preventDefault();
      latest.current.onClose();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [active]);
}

function Keys({ onClose }: { onClose: () => void }) {
  const { settings, keymap, store } = useKeymap();
  const [recording, setRecording] = useState<Recording | null>(null);
  const [wanted, setWanted] = useState<Preset | null>(null);
  const changes = Object.keys(settings.changed).length;

  const backTo = (id: ActionId) =>
    document.querySelector<HTMLElement>(`[data-testid=key-${id}] button[aria-pressed]`)?.focus();
  const give = (id: ActionId, combo: string) => {
    void store(assign(settings, id, combo));
    setRecording(null);
    say(`${actionOf(id).label} is now on ${spoken(combo)}.`);
    backTo(id);
  };
  const cancel = () => {
    if (recording) backTo(recording.id);
    setRecording(null);
  };
  const record = (combo: string) => {
    if (!recording) return;
    const holder = holderOf(keymap, recording.id, combo);
    if (combo === "Escape") cancel();
    else if (holder?.fixed || isReserved(combo)) setRecording({ ...recording, asking: { combo, holder: null } });
    else if (holder) setRecording({ ...recording, asking: { combo, holder } });
    else give(recording.id, combo);
  };
  const choosePreset = (preset: Preset) => {
    setRecording(null);
    if (preset === settings.preset) setWanted(null);
    else if (changes > 0) setWanted(preset);
    else void store({ ...settings, preset });
  };
  useClosingKey(recording === null, keymap.keys, onClose);
  useRecorder(recording !== null && recording.asking === null, record);

  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-2">
        <Chips<Preset>
          label="Set of keys"
          value={settings.preset}
          onChange={choosePreset}
          options={Object.entries(PRESETS).map(([value, label]) => ({ value: value as Preset, label }))}
        />
        <span className="ml-auto text-[13px] text-muted">
          {changes === 0 ? "No key changed" : `${plural(changes, "key")} changed`}
        </span>
        <Button
          size="sm"
          disabled={changes === 0}
          onClick={() => {
            void store({ ...settings, changed: {} });
            setRecording(null);
            setWanted(null);
            say("All keys are reset.");
          }}
        >
          Reset all
        </Button>
      </div>
      {wanted && changes > 0 && (
        <PresetQuestion
          preset={wanted}
          changes={changes}
          onAnswer={(answer) => {
            setWanted(null);
            if (answer !== "cancel") void store({ preset: wanted, changed: answer === "drop" ? {} : settings.changed });
          }}
        />
      )}
      {PLACES.map(({ title, has }) => (
        <section key={title} aria-label={title} className="mt-4">
          <h3 className="mb-1 text-[13px] font-semibold text-muted">{title}</h3>
          <ul>
            {ACTIONS.filter(has).map((action) => {
              const mine = recording?.id === action.id ? recording : null;
              return (
                <KeyRow
                  key={action.id}
                  action={action}
                  keys={keymap[action.id]}
                  changed={settings.changed[action.id] !== undefined}
                  recording={mine !== null && mine.asking === null}
                  asking={mine?.asking ?? null}
                  onChange={() => {
                    setRecording({ id: action.id, asking: null });
                    say(`Press the new key for ${action.label}. Escape cancels.`);
                  }}
                  onTake={() => mine?.asking && give(action.id, mine.asking.combo)}
                  onCancel={cancel}
                />
              );
            })}
          </ul>
        </section>
      ))}
    </>
  );
}
