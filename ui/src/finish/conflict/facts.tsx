// Only what differs between the original and its copy.
import type { FieldDiff } from "../../ipc";
import { fact } from "../../shared/format";

export function Facts({ differs }: { differs: FieldDiff[] }) {
  if (differs.length === 0) return null;
  return (
    <table data-testid="conflict-facts" className="selectable w-full table-fixed text-[13px]">
      <caption className="sr-only">What differs</caption>
      <colgroup>
        <col className="w-[16%]" />
        <col className="w-[42%]" />
        <col className="w-[42%]" />
      </colgroup>
      <thead className="sr-only">
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Original</th>
          <th scope="col">At the destination</th>
        </tr>
      </thead>
      <tbody>
        {differs.map(({ field, left, right }) => (
          <tr key={field} className="border-t border-line first:border-0">
            <th scope="row" className="py-0.5 pr-3 text-left align-baseline font-normal text-muted">
              {field}
            </th>
            {[left, right].map((value, place) => (
              <td
                key={place}
                className={`py-0.5 pr-3 align-baseline break-words ${value === null ? "text-faint" : ""} ${field === "SHA-256" ? "font-mono text-xs" : ""}`}
              >
                {value === null ? "not known" : fact(value)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
