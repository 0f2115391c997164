// Only what differs between the original and its copy.
import type { FieldDiff } from "../../ipc";
import { FieldTable } from "../../shared/ui/field-table";

export function Facts({ differs }: { differs: FieldDiff[] }) {
  if (differs.length === 0) return null;
  return (
    <FieldTable
      testId="conflict-facts"
      fields={differs}
      caption="What differs"
      columns={["Original", "At the destination"]}
      none="not known"
      look={({ field }) => (field === "SHA-256" ? "font-mono text-xs" : "")}
    />
  );
}
