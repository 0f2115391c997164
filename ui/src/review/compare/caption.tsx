// The line over a picture: which side, what stands for it now, its name and size, and how true it is shown.
import { Lock, RotateCw } from "lucide-react";
import { bytes, dimensions } from "../../shared/format";
import { Badge } from "../../shared/ui/badge";
import { Button } from "../../shared/ui/button";
import { useHints } from "../keys/use-keymap";
import { isProtected } from "./pair";
import { isLimited, percentOf, type Side } from "./use-sides";

type Props = {
  side: Side;
  scale: number;
  ratio: number;
  /** Swap shows this one now. */
  shown: boolean;
  asIs: boolean;
  onAsIs: (asIs: boolean) => void;
};

const percentWords = (part: number): string =>
  part >= 0.1 ? `${Math.round(part * 100)} %` : `${(part * 100).toFixed(1)} %`;

/** What keeps this picture from being the file's own pixels; null where nothing does. */
function caveat(side: Side, scale: number, ratio: number): string | null {
  if (side.picture.state === "small") return "Only its small picture could be made";
  if (side.picture.state === "loading") return side.picture.url ? "Small picture, loading" : "Loading";
  return isLimited(side, scale, ratio) ? "Shown at preview resolution" : null;
}

export function Caption({ side, scale, ratio, shown, asIs, onAsIs }: Props) {
  const { hint } = useHints();
  const { member, picture, match } = side;
  const part = percentOf(side, scale, ratio);
  const shape = dimensions(member.width, member.height);
  const note = picture.state === "failed" ? null : caveat(side, scale, ratio);
  return (
    <div data-testid={`caption-${side.name.toLowerCase()}`} className="min-w-0">
      <div className="flex h-7 min-w-0 items-center gap-2">
        <span className={`shrink-0 text-[13px] ${shown ? "font-medium text-accent" : "text-muted"}`}>
          {side.name}
          {shown && ", shown now"}
        </span>
        {isProtected(member) ? (
          <Badge tone="accent" icon={<Lock size={12} aria-hidden />}>
            Protected
          </Badge>
        ) : (
          <Badge tone={member.keep ? "accent" : "neutral"}>{member.keep ? "Kept" : "Set aside"}</Badge>
        )}
        <span className="selectable min-w-0 truncate font-medium" title={`${member.folder}/${member.name}`}>
          {member.name}
        </span>
        {match > 1 && (
          <Button
            size="sm"
            variant="ghost"
            icon={<RotateCw size={14} aria-hidden />}
            title={hint(asIs ? "Turn it the way the keeper is shown" : "Show it the way it was stored", "turn")}
            onClick={() => onAsIs(!asIs)}
          >
            {asIs ? "Turn to match" : "Show as it is"}
          </Button>
        )}
      </div>
      <p className="flex h-5 min-w-0 gap-x-1.5 text-[13px] text-muted">
        <span className="shrink-0">
          {part !== null && <span data-testid="percent">{percentWords(part)} · </span>}
          {shape && `${shape} · `}
          {bytes(member.size)}
          {match > 1 && (asIs ? " · As it is" : " · Turned to match")}
        </span>
        {note && (
          <span className="truncate text-warn" title={note}>
            · {note}
          </span>
        )}
      </p>
    </div>
  );
}
