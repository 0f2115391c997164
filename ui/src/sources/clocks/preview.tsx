// What a correction would make of some photos, before and after.
import { ArrowRight } from "lucide-react";
import type { ClockPreview } from "../../ipc";
import { dateTime, plural } from "../../shared/format";
import { Small } from "./small";
import { zone } from "./words";

export function Preview({ preview, zoned }: { preview: ClockPreview; zoned: boolean }) {
  const { files, photos } = preview;
  return (
    <section aria-label="What becomes of the dates" data-testid="clock-preview">
      <p className="mb-1.5 text-[13px] font-medium" aria-live="polite">
        {files === 0
          ? "No photo of this camera was taken in that time, by its own clock."
          : `${plural(files, "file")} would get another date, such as:`}
      </p>
      {files > 0 && (
        <ul className="divide-y divide-line rounded-xl border border-line text-[13px]">
          {photos.map((photo) => (
            <li key={photo.fileId} data-testid="clock-sample" className="flex items-center gap-3 px-3 py-1.5">
              <Small photo={photo} className="size-9" />
              <span className="grid min-w-0 flex-1 items-center gap-x-2 sm:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)]">
                <span className="truncate text-muted">{dateTime(photo.before)}</span>
                <ArrowRight size={14} role="img" aria-label="becomes" className="hidden text-faint sm:block" />
                <span className="truncate font-medium">
                  {dateTime(photo.after)}
                  {zoned && photo.offsetMinutes !== null && (
                    <span className="ml-1.5 font-normal text-muted">UTC {zone(photo.offsetMinutes)}</span>
                  )}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
