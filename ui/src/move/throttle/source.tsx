// How hard the disks of the originals are worked: somebody may watch a film from the same one.
import type { SourceLoad } from "../../ipc";
import { rate } from "../../shared/format";
import { Notice } from "../../shared/ui/notice";
import { Select } from "../../shared/ui/select";

const MB = 1_000_000;
const USUAL = [5, 10, 25, 50, 100].map((n) => n * MB);

const word = (load: SourceLoad): string => (load.how === "rate" ? String(load.bytes) : load.how);

function read(text: string): SourceLoad {
  if (text === "free" || text === "gentle") return { how: text };
  return { how: "rate", bytes: Number(text) };
}

function options(now: SourceLoad): { value: string; label: string }[] {
  const rates = now.how === "rate" && !USUAL.includes(now.bytes) ? [now.bytes, ...USUAL] : USUAL;
  return [
    { value: "free", label: "As fast as it goes" },
    { value: "gentle", label: "Gently: stand back while others read" },
    ...rates.map((bytes) => ({ value: String(bytes), label: `At most ${rate(bytes)}` })),
  ];
}

type Props = { value: SourceLoad; unseen: string[]; onChange: (load: SourceLoad) => void };

export function SourceLoadField({ value, unseen, onChange }: Props) {
  return (
    <section aria-label="Disks of the originals">
      <h3 className="mb-2 text-[15px] font-semibold">Disks of the originals</h3>
      <Select
        label="Reading"
        data-testid="source-load"
        value={word(value)}
        options={options(value)}
        onChange={(text) => onChange(read(text))}
      />
      <p className="mt-1.5 text-[13px] text-faint">For scans and moves, whatever the destination.</p>
      {value.how === "gentle" && unseen.length > 0 && (
        <div className="mt-3" role="status">
          <Notice tone="info">
            {unseen.join(", ")}: this disk does not say who else reads from it. Albumen takes a fifth of its time there.
          </Notice>
        </div>
      )}
    </section>
  );
}
