// Whose clock: the cameras, with how much each took, from when to when by its own clock, and some of it to look at.
import type { ClockCamera } from "../../ipc";
import { date, plural } from "../../shared/format";
import { Small } from "./small";

const THUMBS = 3;

type Props = { cameras: ClockCamera[]; value: string | null; onChange: (camera: string) => void };

export function Cameras({ cameras, value, onChange }: Props) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-[13px] font-medium">Whose clock was wrong?</legend>
      <div className="max-h-44 overflow-y-auto rounded-xl border border-line">
        {cameras.map((camera) => (
          <label
            key={camera.name}
            data-testid="clock-camera"
            className="flex cursor-pointer items-center gap-3 border-t border-line px-3 py-2 first:border-0 hover:bg-sunken has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name="clock-camera"
              checked={camera.name === value}
              onChange={() => onChange(camera.name)}
              data-camera={camera.name}
              className="size-4 shrink-0 accent-accent"
            />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium" title={camera.name}>
                {camera.name}
              </span>
              <span className="block truncate text-[13px] text-muted">
                {plural(camera.files, "file")}, {date(camera.from)} to {date(camera.to)}
              </span>
            </span>
            <span className="hidden gap-1 sm:flex" aria-hidden>
              {camera.photos.slice(0, THUMBS).map((photo) => (
                <Small key={photo.fileId} photo={photo} className="size-9" />
              ))}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
