// Where a picture cannot be shown: says so, and that it is no proof of anything.
import { ImageOff } from "lucide-react";
import { Button } from "../../shared/ui/button";
import type { Side } from "./use-sides";

export function Broken({ side }: { side: Side }) {
  return (
    <div
      role="alert"
      className="absolute inset-0 flex flex-col items-center justify-center gap-2 bg-sunken p-6 text-center text-muted"
    >
      <ImageOff size={32} aria-hidden className="text-faint" />
      <p className="font-medium text-ink">
        {side.name}: {side.member.name} cannot be shown
      </p>
      <p className="max-w-sm text-[13px]">
        Albumen cannot draw this kind of file, or could not read it just now. That does not mean it is damaged: keep it
        unless you are sure.
      </p>
      <Button size="sm" onClick={side.picture.retry}>
        Try again
      </Button>
    </div>
  );
}
