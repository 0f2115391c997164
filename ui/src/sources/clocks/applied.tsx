// Corrections in force. Each can be taken back, which comes to the same as never having made it.
import { Undo2 } from "lucide-react";
import type { ClockSetting } from "../../ipc";
import { plural } from "../../shared/format";
import { Button } from "../../shared/ui/button";
import { shiftWords, typed, zone } from "./words";

function words({ shiftSeconds, offsetMinutes, from, to }: ClockSetting): string {
  const parts = [];
  if (shiftSeconds !== 0) parts.push(shiftWords(shiftSeconds));
  if (offsetMinutes !== null) parts.push(`zone UTC ${zone(offsetMinutes)}`);
  if (from) parts.push(`from ${typed(from)}`);
  if (to) parts.push(`to ${typed(to)}`);
  return parts.join(", ");
}

type Props = { settings: ClockSetting[]; busy: boolean; onTakeBack: (setting: ClockSetting) => void };

export function Applied({ settings, busy, onTakeBack }: Props) {
  return (
    <section aria-labelledby="clocks-applied">
      <h3 id="clocks-applied" className="mb-1.5 text-[13px] font-medium">
        Corrections in force
      </h3>
      <ul className="divide-y divide-line rounded-xl border border-line">
        {settings.map((setting) => (
          <li key={setting.id} data-testid="clock-applied" className="flex items-center gap-3 px-3 py-2">
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{setting.camera}</span>
              <span className="block text-[13px] text-muted">
                {words(setting)}: {plural(setting.files, "file")}
              </span>
            </span>
            <Button
              size="sm"
              icon={<Undo2 size={14} aria-hidden />}
              disabled={busy}
              aria-label={`Take back: ${setting.camera}, ${words(setting)}`}
              onClick={() => onTakeBack(setting)}
            >
              Take back
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
