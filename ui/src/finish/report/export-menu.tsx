// Takes the whole report along: the system asks where to, and before it replaces a file.
import { Download, FileCode, FileSpreadsheet, Printer } from "lucide-react";
import { toast } from "sonner";
import type { ReportFormat } from "../../ipc";
import { useAction } from "../../shared/action";
import { plural } from "../../shared/format";
import { useIpc } from "../../shared/ipc";
import { Button } from "../../shared/ui/button";
import { ErrorBox } from "../../shared/ui/error-box";
import { Menu, MenuItem } from "../../shared/ui/menu";

const FORMATS: { format: ReportFormat; label: string; hint: string; icon: typeof Printer }[] = [
  {
    format: "html",
    label: "Page to print",
    hint: "The balance and what needs a look, on paper or to keep",
    icon: Printer,
  },
  { format: "csv", label: "CSV", hint: "Every file, for a spreadsheet", icon: FileSpreadsheet },
  { format: "json", label: "JSON lines", hint: "Every file exactly, for a program", icon: FileCode },
];

export function ExportMenu({ disabled }: { disabled: boolean }) {
  const ipc = useIpc();
  const write = useAction(async (format: ReportFormat) => {
    const made = await ipc.exportReport(format);
    if (made) toast.success(`${plural(made.rows, "file")} named in ${made.path}`);
  });
  return (
    <div className="flex max-w-full flex-col items-end gap-2">
      <Menu
        label="Export the report"
        trigger={
          <Button
            data-testid="report-export"
            icon={<Download size={16} aria-hidden />}
            disabled={disabled}
            busy={write.busy}
          >
            Export…
          </Button>
        }
      >
        {FORMATS.map(({ format, label, hint, icon: Icon }) => (
          <MenuItem
            key={format}
            testId={`report-export-${format}`}
            icon={<Icon size={16} aria-hidden />}
            hint={hint}
            onSelect={() => void write.run(format)}
          >
            {label}
          </MenuItem>
        ))}
      </Menu>
      {write.error && <ErrorBox error={write.error} />}
    </div>
  );
}
