// One of the two pictures in Compare. Wheel and drag move both, because they share the view.
import { ImageOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Member } from "../ipc";
import { bytes, dimensions } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { Badge } from "../shared/ui/badge";
import type { Zoom } from "./zoom";

export function Pane({
  member,
  side,
  zoom,
  onNatural,
}: {
  member: Member;
  side: "Left" | "Right";
  zoom: Zoom;
  onNatural?: (fitScale: number) => void;
}) {
  const ipc = useIpc();
  const box = useRef<HTMLDivElement>(null);
  const drag = useRef<{ x: number; y: number } | null>(null);
  const [failed, setFailed] = useState<number | null>(null);
  const [loaded, setLoaded] = useState<number | null>(null);
  const { view } = zoom;
  const wheel = useRef(zoom.zoom);
  wheel.current = zoom.zoom;

  useEffect(() => {
    const element = box.current;
    const listen = (event: WheelEvent) => {
      event.preventDefault();
      const rect = (element as HTMLDivElement).getBoundingClientRect();
      wheel.current(
        Math.exp(-event.deltaY / 400),
        (event.clientX - rect.left) / rect.width - 0.5,
        (event.clientY - rect.top) / rect.height - 0.5,
      );
    };
    element?.addEventListener("wheel", listen, { passive: false });
    return () => element?.removeEventListener("wheel", listen);
  }, []);

  const shape = dimensions(member.width, member.height);
  return (
    <figure className="flex min-h-0 min-w-0 flex-col" aria-label={`${side}: ${member.name}`}>
      <figcaption className="mb-2 flex min-w-0 items-center gap-2">
        <Badge tone={member.keep ? "accent" : "neutral"}>{member.keep ? "Kept" : "Set aside"}</Badge>
        <span className="truncate font-medium">{member.name}</span>
        <span className="ml-auto shrink-0 text-[13px] text-muted">
          {bytes(member.size)}
          {shape && ` · ${shape}`}
        </span>
      </figcaption>
      <div
        ref={box}
        role="group"
        aria-label={`${side} picture; wheel and drag move both`}
        className={`relative min-h-0 flex-1 touch-none overflow-hidden rounded-xl bg-sunken ${view.scale > 1 ? "cursor-grab active:cursor-grabbing" : ""}`}
        onPointerDown={(event) => {
          drag.current = { x: event.clientX, y: event.clientY };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => {
          if (!drag.current) return;
          const { width, height } = event.currentTarget.getBoundingClientRect();
          zoom.pan((event.clientX - drag.current.x) / width, (event.clientY - drag.current.y) / height);
          drag.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerUp={() => {
          drag.current = null;
        }}
        onDoubleClick={() => (view.scale > 1 ? zoom.fit() : zoom.to(3))}
      >
        {failed === member.fileId ? (
          <div className="flex h-full flex-col items-center justify-center gap-2 text-faint">
            <ImageOff size={32} aria-hidden />
            No preview for this file
          </div>
        ) : (
          <>
            {loaded !== member.fileId && <div aria-hidden className="absolute inset-0 animate-pulse bg-line/60" />}
            <img
              key={member.fileId}
              src={ipc.previewUrl(member.fileId)}
              alt={member.name}
              draggable={false}
              onError={() => setFailed(member.fileId)}
              onLoad={(event) => {
                setLoaded(member.fileId);
                const rect = box.current?.getBoundingClientRect();
                const { naturalWidth, naturalHeight } = event.currentTarget;
                if (rect && naturalWidth) onNatural?.(Math.min(rect.width / naturalWidth, rect.height / naturalHeight));
              }}
              className="h-full w-full object-contain"
              style={{ transform: `translate(${view.x * 100}%, ${view.y * 100}%) scale(${view.scale})` }}
            />
          </>
        )}
      </div>
    </figure>
  );
}
