// What was wrong: the time that a photo shows and the one it was really taken at, or the zone; and which photos are meant.
import type { ReactNode } from "react";
import type { ClockCamera } from "../../ipc";
import { dateTime } from "../../shared/format";
import { Field } from "../../shared/ui/field";
import { Select } from "../../shared/ui/select";
import { Small } from "./small";
import { type Draft, type Errors, shiftWords, typed, ZONES, zone } from "./words";

type Props = {
  camera: ClockCamera;
  draft: Draft;
  errors: Errors;
  /** Seconds, once both times stand there. */
  shift: number;
  onChange: (draft: Draft) => void;
  /** What comes of it, right below the times. */
  children?: ReactNode;
};

export function ClockForm({ camera, draft, errors, shift, onChange, children }: Props) {
  const put = (change: Partial<Draft>) => onChange({ ...draft, ...change });
  const field = (name: keyof Draft) => ({
    value: draft[name],
    error: errors[name],
    onChange: (event: { target: { value: string } }) => put({ [name]: event.target.value }),
    "data-testid": `clock-${name}`,
  });
  return (
    <div className="flex flex-col gap-5">
      <fieldset>
        <legend className="mb-1.5 text-[13px] font-medium">
          Choose a photo whose time you know, or type the times
        </legend>
        <div className="grid grid-cols-3 gap-2 sm:grid-cols-6">
          {camera.photos.map((photo) => (
            <button
              key={photo.fileId}
              type="button"
              data-testid="clock-photo"
              aria-pressed={draft.showed === typed(photo.before)}
              aria-label={`${photo.name}, shows ${dateTime(photo.before)}`}
              title={photo.name}
              onClick={() => put({ showed: typed(photo.before) })}
              className="min-w-0 rounded-lg p-1 text-left hover:bg-sunken aria-pressed:bg-accent-soft aria-pressed:outline-2 aria-pressed:outline-accent/45"
            >
              <Small photo={photo} className="h-14 w-full" />
              <span className="mt-1 block text-xs leading-tight text-muted">{dateTime(photo.before)}</span>
            </button>
          ))}
        </div>
      </fieldset>
      <div>
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="It showed" placeholder="2007-01-01 00:12" {...field("showed")} />
          <Field label="It was really" placeholder="2024-07-14 16:30" {...field("really")} />
        </div>
        <p className="mt-1.5 text-[13px] text-muted" aria-live="polite" data-testid="clock-shift">
          {shift === 0
            ? "For a clock that stood on home time: what it showed, and what time it was there."
            : `Its photos were taken ${shiftWords(shift)} than they say.`}
        </p>
      </div>
      {children}
      <Select
        label="Time zone of the clock"
        value={draft.zone}
        onChange={(value) => put({ zone: value })}
        data-testid="clock-zone"
        options={[
          { value: "", label: "As each photo says it, if it does" },
          ...ZONES.map((minutes) => ({ value: String(minutes), label: `UTC ${zone(minutes)}` })),
        ]}
      />
      <fieldset>
        <legend className="mb-1.5 text-[13px] font-medium">Only photos of some days, by the camera’s own clock</legend>
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="From" placeholder="any day" {...field("from")} />
          <Field label="To" placeholder="any day" {...field("to")} />
        </div>
      </fieldset>
    </div>
  );
}
