// Above a list of files: a search in names and folders, how many there are, and chips of what became of them.
import { Search } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { plural } from "../format";
import { Chips } from "./chips";
import { inputLook } from "./field";

type Props<T extends string> = {
  /** What its parts are called in tests: `plan` has `plan-search`. */
  name: string;
  search: string;
  onSearch: (text: string) => void;
  /** Files that match; null while nobody knows. */
  total: number | null;
  value: T;
  options: ComponentProps<typeof Chips<T>>["options"];
  onChange: (value: T) => void;
  /** More that narrows this list, or shows it another way. */
  children?: ReactNode;
};

export function FileFilter<T extends string>(props: Props<T>) {
  const { name, search, onSearch, total, value, options, onChange, children } = props;
  return (
    <div className="flex flex-wrap items-center gap-3 border-b border-line p-3">
      <label className="relative min-w-48 flex-1">
        <span className="sr-only">Search in names and folders</span>
        <Search size={16} aria-hidden className="absolute top-2.5 left-3 text-faint" />
        <input
          type="search"
          data-testid={`${name}-search`}
          placeholder="Search names and folders"
          value={search}
          onChange={(event) => onSearch(event.target.value)}
          className={`${inputLook} pl-9`}
        />
      </label>
      <span data-testid={`${name}-count`} className="min-w-20 text-right text-[13px] text-muted" aria-live="polite">
        {total === null ? "" : plural(total, "file")}
      </span>
      <div data-testid={`${name}-chips`}>
        <Chips label="Outcome" value={value} options={options} onChange={onChange} />
      </div>
      {children}
    </div>
  );
}
