// Where a picture cannot be shown: says so, and that it is no proof of anything.
import { ImageOff } from "lucide-react";
import { Button } from "../../shared/ui/button";
import type { Drawn, Side } from "./use-sides";

const UNSURE =
  "Albumen cannot draw this kind of file, or could not read it just now. That does not mean it is damaged: keep it unless you are sure.";

export function Broken({ side }: { side: Side<Drawn> }) {
  return (
    <div
      role="alert"
      className="absolute inset-0 flex flex-col items-center justify-center gap-2 bg-sunken p-6 text-center text-muted"
    >
      <ImageOff size={32} aria-hidden className="text-faint" />
      <p className="font-medium text-ink">
        {side.member.without ? `${side.member.name}: no picture` : `${side.name}: ${side.member.name} cannot be shown`}
      </p>
      <p className="max-w-sm text-[13px]">{side.member.without ?? UNSURE}</p>
      {!side.member.without && (
        <Button size="sm" onClick={side.picture.retry}>
          Try again
        </Button>
      )}
    </div>
  );
}
