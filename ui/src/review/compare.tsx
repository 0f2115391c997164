// Two members of a group side by side, over the whole window, with one zoom and pan for both.
import { ArrowLeftRight, ChevronLeft, ChevronRight, Maximize, X, ZoomIn, ZoomOut } from "lucide-react";
import { Dialog } from "radix-ui";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import type { Group } from "../ipc";
import { Button, IconButton } from "../shared/ui/button";
import { Differences } from "./differences";
import { Pane } from "./pane";
import { useZoom } from "./zoom";

type Props = { group: Group; member: number; onKeep: (assetIds: number[]) => void; onClose: () => void };

export function Compare({ group, member, onKeep, onClose }: Props) {
  const { members } = group;
  const keeper = Math.max(
    0,
    members.findIndex((m) => m.keep),
  );
  const [left, setLeft] = useState(keeper);
  const [right, setRight] = useState(member !== keeper ? member : (keeper + 1) % members.length);
  const [fitScale, setFitScale] = useState(1);
  const zoom = useZoom();
  useEffect(() => void toast.dismiss(), []); // it would lie over the facts

  const turn = (by: number) => {
    let next = right;
    do next = (next + by + members.length) % members.length;
    while (next === left && members.length > 1);
    setRight(next);
  };
  const swap = () => {
    setLeft(right);
    setRight(left);
  };
  // The pair is judged; what was kept among the other members stays kept.
  const others = members.filter((m, i) => i !== left && i !== right && m.keep).map((m) => m.assetId);
  const keep = (...which: number[]) => onKeep([...which.map((i) => members[i].assetId), ...others]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const act: Record<string, () => void> = {
      ArrowLeft: () => turn(-1),
      ArrowRight: () => turn(1),
      s: swap,
      "+": () => zoom.zoom(1.5),
      "=": () => zoom.zoom(1.5),
      "-": () => zoom.zoom(1 / 1.5),
      "0": zoom.fit,
      "1": () => keep(left),
      "2": () => keep(right),
      "3": () => keep(left, right),
    };
    if (event.ctrlKey || event.metaKey || !act[event.key]) return;
    event.preventDefault();
    act[event.key]();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Content
          data-testid="compare"
          aria-describedby={undefined}
          tabIndex={-1}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            (event.currentTarget as HTMLElement).focus();
          }}
          onKeyDown={onKeyDown}
          className="fixed inset-0 z-50 flex flex-col bg-canvas"
        >
          <header className="flex flex-wrap items-center gap-1 border-b border-line px-4 py-2">
            <Dialog.Title className="mr-auto font-semibold">
              Compare{" "}
              <span className="font-normal text-muted">
                {left + 1} and {right + 1} of {members.length}
              </span>
            </Dialog.Title>
            <IconButton label="Previous member (←)" disabled={members.length < 3} onClick={() => turn(-1)}>
              <ChevronLeft size={18} aria-hidden />
            </IconButton>
            <IconButton label="Next member (→)" disabled={members.length < 3} onClick={() => turn(1)}>
              <ChevronRight size={18} aria-hidden />
            </IconButton>
            <IconButton label="Swap sides (S)" onClick={swap}>
              <ArrowLeftRight size={17} aria-hidden />
            </IconButton>
            <span className="mx-1 h-5 w-px bg-line" aria-hidden />
            <IconButton label="Smaller (−)" onClick={() => zoom.zoom(1 / 1.5)}>
              <ZoomOut size={18} aria-hidden />
            </IconButton>
            <span className="min-w-12 text-center text-[13px] text-muted">{Math.round(zoom.view.scale * 100)}%</span>
            <IconButton label="Larger (+)" onClick={() => zoom.zoom(1.5)}>
              <ZoomIn size={18} aria-hidden />
            </IconButton>
            <Button
              size="sm"
              variant="ghost"
              onClick={() => zoom.to(1 / fitScale)}
              title="One picture dot on one screen dot"
            >
              1:1
            </Button>
            <Button size="sm" variant="ghost" icon={<Maximize size={15} aria-hidden />} onClick={zoom.fit}>
              Fit
            </Button>
            <span className="mx-1 h-5 w-px bg-line" aria-hidden />
            <Dialog.Close asChild>
              <IconButton label="Close">
                <X size={18} aria-hidden />
              </IconButton>
            </Dialog.Close>
          </header>
          <div className="grid min-h-0 flex-1 grid-cols-2 gap-4 p-4">
            <Pane member={members[left]} side="Left" zoom={zoom} onNatural={setFitScale} />
            <Pane member={members[right]} side="Right" zoom={zoom} />
          </div>
          <div className="max-h-[34vh] overflow-y-auto border-t border-line bg-surface px-5 py-2">
            <Differences left={members[left].assetId} right={members[right].assetId} />
          </div>
          <footer className="grid grid-cols-[1fr_auto_1fr] justify-items-center gap-2 border-t border-line bg-surface px-4 py-3">
            <Button variant="primary" onClick={() => keep(left)}>
              Keep left
            </Button>
            <Button onClick={() => keep(left, right)}>Keep both</Button>
            <Button variant="primary" onClick={() => keep(right)}>
              Keep right
            </Button>
          </footer>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
