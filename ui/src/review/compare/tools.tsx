// The tools over the pictures: ways to compare, zoom, and the way to other members and groups.
import { ArrowLeftRight, ChevronDown, ChevronLeft, ChevronRight, ChevronUp, X, ZoomIn, ZoomOut } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { Button, IconButton } from "../../shared/ui/button";
import { Chips } from "../../shared/ui/chips";
import { useHints } from "../keys/use-keymap";
import { MODE, MODES, type Mode } from "./modes";
import type { LinkedView } from "./use-view";

export const ZOOM_STEP = 1.5;

type Props = {
  title: ReactNode;
  mode: Mode;
  onMode: (mode: Mode) => void;
  view: LinkedView;
  many: number;
  onMember: (by: 1 | -1) => void;
  onExchange: () => void;
  onPreviousGroup?: () => void;
  onNextGroup?: () => void;
};

const Rule = () => <span className="mx-1 h-5 w-px bg-line" aria-hidden />;

export function Tools({ title, mode, onMode, view, many, onMember, onExchange, onPreviousGroup, onNextGroup }: Props) {
  const { hint } = useHints();
  return (
    <header className="flex shrink-0 items-start gap-1 border-b border-line py-2 pr-3 pl-4">
      <div className="flex flex-1 flex-wrap items-center justify-end gap-x-1 gap-y-1">
        <div className="mr-auto pr-3">{title}</div>
        <Chips<Mode>
          label="Way to compare"
          value={mode}
          onChange={onMode}
          options={MODES.map((value) => ({ value, label: MODE[value].label }))}
        />
        <Rule />
        <IconButton label={hint("Smaller", "zoomOut")} onClick={() => view.zoom(1 / ZOOM_STEP)}>
          <ZoomOut size={18} aria-hidden />
        </IconButton>
        <IconButton label={hint("Larger", "zoomIn")} onClick={() => view.zoom(ZOOM_STEP)}>
          <ZoomIn size={18} aria-hidden />
        </IconButton>
        <Button
          size="sm"
          variant={view.isActual ? "secondary" : "ghost"}
          aria-pressed={view.isActual}
          title={hint("One dot of the larger picture on one dot of the screen", "actual")}
          onClick={() => !view.isActual && view.toggleActual()}
        >
          1:1
        </Button>
        <Button
          size="sm"
          variant={view.isFit ? "secondary" : "ghost"}
          aria-pressed={view.isFit}
          title={hint("The whole picture", "fit")}
          onClick={view.fit}
        >
          Fit
        </Button>
        <Rule />
        <IconButton label={hint("Previous member", "previousMember")} disabled={many < 3} onClick={() => onMember(-1)}>
          <ChevronLeft size={18} aria-hidden />
        </IconButton>
        <IconButton label={hint("Next member", "nextMember")} disabled={many < 3} onClick={() => onMember(1)}>
          <ChevronRight size={18} aria-hidden />
        </IconButton>
        <IconButton label={hint("Exchange sides", "exchange")} onClick={onExchange}>
          <ArrowLeftRight size={17} aria-hidden />
        </IconButton>
        {(onPreviousGroup || onNextGroup) && (
          <>
            <IconButton
              label={hint("Previous group", "previousGroup")}
              disabled={!onPreviousGroup}
              onClick={onPreviousGroup}
            >
              <ChevronUp size={18} aria-hidden />
            </IconButton>
            <IconButton label={hint("Next group", "nextGroup")} disabled={!onNextGroup} onClick={onNextGroup}>
              <ChevronDown size={18} aria-hidden />
            </IconButton>
          </>
        )}
      </div>
      <Dialog.Close asChild>
        <IconButton label="Close (Esc)" className="mt-0.5">
          <X size={18} aria-hidden />
        </IconButton>
      </Dialog.Close>
    </header>
  );
}
