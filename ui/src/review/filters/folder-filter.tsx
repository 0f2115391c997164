// Up to two folders: a group is shown when a member lies in each of them.
import { useState } from "react";
import { count, plural } from "../../shared/format";
import { Skeleton } from "../../shared/ui/bits";
import { ErrorBox } from "../../shared/ui/error-box";
import { Checkbox, inputLook } from "../../shared/ui/field";
import { MOST_FOLDERS } from "../filter";
import { useFolders } from "../use-folders";

const SHOWN = 40;

export function FolderFilter({ chosen, onChange }: { chosen: number[]; onChange: (folders: number[]) => void }) {
  const { data, error } = useFolders();
  const [search, setSearch] = useState("");
  if (error) return <ErrorBox error={error} />;
  if (!data) return <Skeleton className="h-24" />;
  const needle = search.trim().toLowerCase();
  const matches = data
    .filter((folder) => chosen.includes(folder.id) || folder.path.toLowerCase().includes(needle))
    .sort((a, b) => Number(chosen.includes(b.id)) - Number(chosen.includes(a.id)));
  return (
    <fieldset>
      <legend className="mb-1 text-[13px] font-medium">
        In these folders <span className="font-normal text-muted">(one, or two that share photos)</span>
      </legend>
      {data.length > 8 && (
        <input
          type="search"
          aria-label="Find a folder"
          placeholder="Find a folder"
          className={`${inputLook} mb-2 text-[13px]`}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      )}
      <div className="max-h-44 space-y-1.5 overflow-y-auto rounded-lg border border-line p-2.5 text-[13px]">
        {matches.slice(0, SHOWN).map((folder) => (
          <Checkbox
            key={folder.id}
            checked={chosen.includes(folder.id)}
            disabled={chosen.length >= MOST_FOLDERS && !chosen.includes(folder.id)}
            onChange={(on) => onChange(on ? [...chosen, folder.id] : chosen.filter((id) => id !== folder.id))}
            hint={`${plural(folder.grouped, "photo")} in groups`}
          >
            <span className="break-words">{folder.path}</span>
          </Checkbox>
        ))}
        {matches.length === 0 && <p className="text-muted">No folder of this name</p>}
        {matches.length > SHOWN && (
          <p className="text-muted">{count(matches.length - SHOWN)} more: find them by name above</p>
        )}
      </div>
    </fieldset>
  );
}
