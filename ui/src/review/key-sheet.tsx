// The sheet of keys, on "?".
import { Key } from "../shared/ui/bits";
import { Dialog } from "../shared/ui/dialog";

const KEYS: [string[], string][] = [
  [["J", "K"], "Next and previous group (also ↓ and ↑)"],
  [["←", "→"], "Previous and next member of the group"],
  [["Enter", "A"], "Accept the suggestion, or the choice you made"],
  [["Space"], "Keep the member, or set it aside"],
  [["N"], "Not duplicates: keep all"],
  [["L"], "Later"],
  [["C"], "Compare side by side"],
  [["Ctrl", "Z"], "Undo"],
  [["Ctrl", "Shift", "Z"], "Redo"],
  [["?"], "This sheet"],
];

export function KeySheet({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys in Review" testId="key-sheet">
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-2.5">
        {KEYS.map(([caps, what]) => (
          <div key={what} className="contents">
            <dt className="flex gap-1">
              {caps.map((cap) => (
                <Key key={cap}>{cap}</Key>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
