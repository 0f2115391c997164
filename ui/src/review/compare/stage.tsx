// The place a picture is shown in. Wheel, drag and double click change the one view of both pictures.
import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import type { Point, Size } from "./geometry";
import type { LinkedView } from "./use-view";

type Props = {
  label: string;
  view: LinkedView;
  /** The size at "fit" of what the view is of: a drag moves this with the pointer. */
  fitted: Size;
  onSize?: (size: Size) => void;
  children: ReactNode;
};

/** From the middle of the stage, in CSS pixels. */
function fromMiddle(stage: Element, { clientX, clientY }: { clientX: number; clientY: number }): Point {
  const { left, top, width, height } = stage.getBoundingClientRect();
  return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
}

/** A pinch on a touchpad arrives as a wheel with Ctrl, in smaller steps. */
const wheelFactor = (event: WheelEvent) => Math.exp(-event.deltaY / (event.ctrlKey ? 100 : 400));

export function Stage({ label, view, fitted, onSize, children }: Props) {
  const stage = useRef<HTMLDivElement>(null);
  const drag = useRef<Point | null>(null);
  const latest = useRef({ view, fitted, onSize });
  latest.current = { view, fitted, onSize };

  useLayoutEffect(() => {
    const element = stage.current as HTMLDivElement;
    const measure = () => latest.current.onSize?.({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = stage.current as HTMLDivElement;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault(); // React's own wheel listeners cannot keep the page from scrolling
      latest.current.view.zoom(wheelFactor(event), fromMiddle(element, event), latest.current.fitted);
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, []);

  return (
    <div
      ref={stage}
      role="group"
      aria-label={label}
      data-testid="stage"
      className={`relative min-h-0 min-w-0 flex-1 touch-none overflow-hidden rounded-xl bg-sunken ${view.view.scale > 1 ? "cursor-grab active:cursor-grabbing" : ""}`}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        drag.current = { x: event.clientX, y: event.clientY };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (!drag.current) return;
        view.pan({ x: event.clientX - drag.current.x, y: event.clientY - drag.current.y }, fitted);
        drag.current = { x: event.clientX, y: event.clientY };
      }}
      onPointerUp={() => {
        drag.current = null;
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onDoubleClick={(event) => view.toggleActual(fromMiddle(event.currentTarget, event), fitted)}
    >
      {children}
    </div>
  );
}
