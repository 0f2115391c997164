// The order of the groups: a native list, so that every platform's keys and menus work.
import { ChevronDown } from "lucide-react";
import type { GroupQuery } from "../ipc";
import { inputLook } from "../shared/ui/field";

type Sort = GroupQuery["sort"];
const SORTS: Record<Sort, string> = { size: "Most space", count: "Most members", date: "By date", folder: "By folder" };

export function SortSelect({ value, onChange }: { value: Sort; onChange: (sort: Sort) => void }) {
  return (
    <label className="relative">
      <span className="sr-only">Sort by</span>
      <select
        className={`${inputLook} appearance-none pr-8 text-[13px]`}
        value={value}
        onChange={(e) => onChange(e.target.value as Sort)}
      >
        {Object.entries(SORTS).map(([sort, label]) => (
          <option key={sort} value={sort}>
            {label}
          </option>
        ))}
      </select>
      <ChevronDown size={15} aria-hidden className="pointer-events-none absolute top-2.5 right-2.5 text-muted" />
    </label>
  );
}
