// The conditions in force as chips, each with its way to take it off.
import { X } from "lucide-react";
import { Button } from "../../shared/ui/button";
import { conditions, type ListQuery, withoutMore } from "../filter";
import { useFolders } from "../use-folders";

type Props = { query: ListQuery; onChange: (change: Partial<ListQuery>) => void };

export function Conditions({ query, onChange }: Props) {
  const folders = useFolders(query.folders.length > 0);
  const list = conditions(query, folders.data);
  if (list.length === 0) return null;
  return (
    <ul aria-label="Filters in force" className="flex flex-wrap items-center gap-1.5">
      {list.map(({ label, off }) => (
        <li key={label} className="max-w-full">
          <button
            type="button"
            aria-label={`Take off: ${label}`}
            onClick={() => onChange(off)}
            className="inline-flex h-7 max-w-full items-center gap-1 rounded-full border border-accent/30 bg-accent-soft pr-1.5 pl-2.5 text-[13px] text-accent-strong hover:border-accent"
          >
            <span className="truncate">{label}</span>
            <X size={14} aria-hidden className="shrink-0" />
          </button>
        </li>
      ))}
      {list.length > 1 && (
        <li>
          <Button size="sm" variant="ghost" onClick={() => onChange(withoutMore(query))}>
            Take all off
          </Button>
        </li>
      )}
    </ul>
  );
}
