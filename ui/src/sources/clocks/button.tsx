// Where wrong dates are noticed: below the cameras.
import { Clock } from "lucide-react";
import { useState } from "react";
import { Button } from "../../shared/ui/button";
import { ClocksSheet } from "./sheet";

export function ClocksButton() {
  const [open, setOpen] = useState(false);
  return (
    <div className="mt-4 flex flex-wrap items-center justify-between gap-x-3 gap-y-2 border-t border-line pt-3">
      <p className="min-w-0 flex-1 basis-40 text-[13px] text-muted">
        Was a camera’s clock wrong, or on another zone’s time?
      </p>
      <Button size="sm" data-testid="clocks" icon={<Clock size={14} aria-hidden />} onClick={() => setOpen(true)}>
        Camera clocks…
      </Button>
      <ClocksSheet open={open} onOpenChange={setOpen} />
    </div>
  );
}
