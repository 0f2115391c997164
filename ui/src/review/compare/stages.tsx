// The pictures as each mode shows them: in two places, or laid over each other in one.
import type { CSSProperties, ReactNode } from "react";
import { Broken } from "./broken";
import { Divider } from "./divider";
import { edges, type Size } from "./geometry";
import { Layer } from "./layer";
import { type Dial, type Dials, MODE, type Mode } from "./modes";
import { Stage } from "./stage";
import { type Drawn, isLimited, type Name, percentOf, type Side } from "./use-sides";
import type { LinkedView } from "./use-view";

type Props = {
  mode: Mode;
  sides: [Side<Drawn>, Side<Drawn>];
  view: LinkedView;
  pane: Size;
  ratio: number;
  /** Which one Swap shows. */
  shown: Name;
  dials: Dials;
  onDial: (dial: Dial, value: number) => void;
  onSize: (size: Size) => void;
};

function Label({ children, right }: { children: ReactNode; right?: boolean }) {
  return (
    <span
      aria-hidden
      className={`pointer-events-none absolute top-2.5 rounded-md bg-black/65 px-2 text-[13px] leading-6 font-medium text-white ${right ? "right-2.5" : "left-2.5"}`}
    >
      {children}
    </span>
  );
}

const cover = "absolute inset-0 overflow-hidden";

export function Stages({ mode, sides, view, pane, ratio, shown, dials, onDial, onSize }: Props) {
  const [left, right] = sides;
  const layer = (side: Side<Drawn>, style?: CSSProperties) => (
    <Layer
      side={side}
      view={view.view}
      percent={percentOf(side, view.view.scale, ratio)}
      limited={isLimited(side, view.view.scale, ratio)}
      style={style}
    />
  );
  /** Where both are, without the outermost pixels: half covered ones would shine as if they differed. */
  const within = () => {
    const { x, y } = edges(view.view, sides, pane);
    return `inset(${y[0]}px ${x[1]}px ${y[1]}px ${x[0]}px)`;
  };
  const failed = (side: Side<Drawn>) => side.picture.state === "failed";

  if (mode === "side")
    return (
      <div className="flex min-h-0 flex-1 gap-4">
        {sides.map((side) => (
          <Stage
            key={side.name}
            label={`${side.name} picture`}
            view={view}
            fitted={side.frame}
            onSize={side === left ? onSize : undefined}
          >
            {failed(side) ? <Broken side={side} /> : layer(side)}
          </Stage>
        ))}
      </div>
    );

  const first = mode === "swap" && shown === "Right" ? right : left;
  const broken = mode === "swap" ? [first].find(failed) : sides.find(failed);
  return (
    <div className="flex min-h-0 flex-1">
      <Stage label={MODE[mode].says} view={view} fitted={first.frame} onSize={onSize}>
        {mode === "swap" && (
          <>
            {/* Both stay drawn, so that a flick shows no gap. */}
            {sides.map((side) => (
              <div key={side.name} className={cover} style={{ visibility: side === first ? undefined : "hidden" }}>
                {layer(side)}
              </div>
            ))}
            <Label>
              {shown}: {first.member.name}
            </Label>
          </>
        )}
        {mode === "split" && (
          <>
            <div className={cover} style={{ clipPath: `inset(0 ${100 - dials.split}% 0 0)` }}>
              {layer(left)}
            </div>
            <div className={cover} style={{ clipPath: `inset(0 0 0 ${dials.split}%)` }}>
              {layer(right)}
            </div>
            <Label>Left</Label>
            <Label right>Right</Label>
            <Divider value={dials.split} onChange={(value) => onDial("split", value)} />
          </>
        )}
        {mode === "overlay" && (
          <>
            {layer(left)}
            {layer(right, { opacity: dials.overlay / 100 })}
          </>
        )}
        {mode === "difference" && (
          <>
            {/* Blending and not a canvas: the pictures come from another origin, whose pixels a canvas may not read. */}
            <div className={`${cover} bg-black`} style={{ filter: `brightness(${dials.difference})` }}>
              <div className={`${cover} isolate bg-black`} style={{ clipPath: within() }}>
                {layer(left)}
                {layer(right, { mixBlendMode: "difference" })}
              </div>
            </div>
            <Label>Black is equal, light differs</Label>
          </>
        )}
        {broken && <Broken side={broken} />}
      </Stage>
    </div>
  );
}
