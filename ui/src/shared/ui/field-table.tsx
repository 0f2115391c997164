// Fields of two files beside each other. What a caller marks about a value stands behind it.
import type { ReactNode } from "react";
import type { FieldDiff, Side } from "../../ipc";
import { fact } from "../format";

type Props = {
  fields: FieldDiff[];
  caption: string;
  /** What the columns hold, for who cannot see where they stand. */
  columns: [left: string, right: string];
  /** Where a side has none. */
  none: string;
  look?: (diff: FieldDiff, side: Side) => string;
  mark?: (diff: FieldDiff, side: Side) => ReactNode;
  testId?: string;
};

export function FieldTable({ fields, caption, columns, none, look, mark, testId }: Props) {
  return (
    <table data-testid={testId} className="selectable w-full table-fixed text-[13px]">
      <caption className="sr-only">{caption}</caption>
      <colgroup>
        <col className="w-[16%]" />
        <col className="w-[42%]" />
        <col className="w-[42%]" />
      </colgroup>
      <thead className="sr-only">
        <tr>
          <th scope="col">Field</th>
          {columns.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {fields.map((diff) => (
          <tr key={diff.field} className="border-t border-line first:border-0">
            <th scope="row" className="py-0.5 pr-3 text-left align-baseline font-normal break-words text-muted">
              {diff.field}
            </th>
            {(["left", "right"] as const).map((side) => (
              <td key={side} className="py-0.5 pr-3 align-baseline">
                <span className={`break-words ${look?.(diff, side) || (diff[side] === null ? "text-faint" : "")}`}>
                  {diff[side] === null ? none : fact(diff[side])}
                </span>
                {mark?.(diff, side)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
