// One picture in a stage: turned, scaled and moved as the view says. A skeleton of its shape until there is something to show.
import type { CSSProperties } from "react";
import { Skeleton } from "../../shared/ui/bits";
import { offset, TURNS, turned, type View } from "./geometry";
import type { Drawn, Side } from "./use-sides";

/** From here on single pixels are what is looked for, so they are drawn as squares. */
const SQUARES = 3;

type Props = { side: Side<Drawn>; view: View; percent: number | null; limited?: boolean; style?: CSSProperties };

export function Layer({ side, view, percent, limited, style }: Props) {
  const { fitted, frame, at, turn, picture, member } = side;
  const middle = offset(view, frame);
  const [x, y] = [middle.x + at.x * view.scale, middle.y + at.y * view.scale];
  const lying = turned(fitted, turn);
  return (
    <div
      data-testid={`layer-${side.name.toLowerCase()}`}
      className="pointer-events-none absolute top-1/2 left-1/2"
      style={{
        width: fitted.width,
        height: fitted.height,
        transform: `translate(-50%, -50%) translate(${x}px, ${y}px) scale(${view.scale})`,
        ...style,
      }}
    >
      {picture.url ? (
        <img
          src={picture.url}
          alt={`${side.name}: ${member.name}${turn > 1 ? ", turned to match" : ""}`}
          draggable={false}
          className="absolute top-1/2 left-1/2 max-w-none"
          style={{
            width: lying.width,
            height: lying.height,
            transform: `translate(-50%, -50%) ${TURNS[turn] ?? ""}`,
            imageRendering: percent !== null && percent >= SQUARES && !limited ? "pixelated" : undefined,
          }}
        />
      ) : (
        <Skeleton className="h-full w-full rounded-none" />
      )}
    </div>
  );
}
