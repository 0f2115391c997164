// The conditions that are needed less often, in a popover; each takes effect at once.
import { ListFilter } from "lucide-react";
import { useState } from "react";
import type { Relation } from "../../ipc";
import { count } from "../../shared/format";
import { Button } from "../../shared/ui/button";
import { Chips } from "../../shared/ui/chips";
import { Popover } from "../../shared/ui/popover";
import { Select } from "../../shared/ui/select";
import { conditions, isDate, type ListQuery, withoutMore } from "../filter";
import { RELATION } from "../words";
import { FolderFilter } from "./folder-filter";
import { LateField } from "./late-field";

type Props = { query: ListQuery; onChange: (change: Partial<ListQuery>) => void };

const MB = 1_000_000;
const dateOrNothing = (text: string) => (text === "" || isDate(text) ? null : "Write 2019, 2019-07 or 2019-07-04");
const numberOrNothing = (text: string) => (/^\d*([.,]\d+)?$/.test(text) ? null : "Write a number");
const toBytes = (text: string) => Math.round(Number(text.replace(",", ".")) * MB) || null;

function Fields({ query, onChange }: Props) {
  return (
    <div className="space-y-4">
      <LateField
        label="Path has"
        type="search"
        placeholder="Part of a folder or file name"
        value={query.search}
        onChange={(search) => onChange({ search })}
      />
      <div className="grid grid-cols-2 gap-3">
        <Select
          label="Has a member that is"
          value={query.relation ?? "any"}
          onChange={(relation) => onChange({ relation: relation === "any" ? null : (relation as Relation) })}
          options={[
            { value: "any", label: "Anything" },
            ...Object.entries(RELATION).map(([value, label]) => ({ value, label })),
          ]}
        />
        <LateField
          label="Megabytes to win, at least"
          inputMode="decimal"
          placeholder="Any"
          value={query.minBytes ? String(query.minBytes / MB) : ""}
          check={numberOrNothing}
          onChange={(text) => onChange({ minBytes: toBytes(text) })}
        />
        <LateField
          label="Taken from"
          placeholder="2019 or 2019-07-04"
          value={query.from ?? ""}
          check={dateOrNothing}
          onChange={(text) => onChange({ from: text || null })}
        />
        <LateField
          label="until"
          placeholder="2019 or 2019-07-04"
          value={query.to ?? ""}
          check={dateOrNothing}
          onChange={(text) => onChange({ to: text || null })}
        />
      </div>
      <div>
        <p className="mb-1 text-[13px] font-medium">Suggestion</p>
        <Chips
          label="Suggestion"
          value={query.sure === null ? "any" : query.sure ? "sure" : "you"}
          onChange={(value) => onChange({ sure: value === "any" ? null : value === "sure" })}
          options={[
            { value: "any", label: "All" },
            { value: "sure", label: "Albumen is sure" },
            { value: "you", label: "You decide" },
          ]}
        />
      </div>
      <FolderFilter chosen={query.folders} onChange={(folders) => onChange({ folders })} />
    </div>
  );
}

export function MoreFilters({ query, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const many = conditions(query, undefined).length;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label="More filters"
      testId="more-filters"
      trigger={
        <Button size="sm" icon={<ListFilter size={15} aria-hidden />} data-testid="open-more-filters">
          More filters
          {many > 0 && (
            <span className="rounded-full bg-accent px-1.5 text-xs leading-4.5 font-medium text-on-accent">
              {count(many)}
              <span className="sr-only"> in force</span>
            </span>
          )}
        </Button>
      }
    >
      <Fields query={query} onChange={onChange} />
      <div className="mt-4 flex justify-end gap-2 border-t border-line pt-3">
        <Button size="sm" variant="ghost" disabled={many === 0} onClick={() => onChange(withoutMore(query))}>
          Take all off
        </Button>
        <Button size="sm" onClick={() => setOpen(false)}>
          Done
        </Button>
      </div>
    </Popover>
  );
}
