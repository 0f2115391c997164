// Conflicts, one after the other: both pictures, what differs, and which of the two stays. What is said is saved at once and can be
// taken back; nothing happens at the destination until the repair.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, Undo2, X, ZoomIn, ZoomOut } from "lucide-react";
import { Dialog } from "radix-ui";
import { useEffect, useRef, useState } from "react";
import type { AppError, Conflict, ConflictChoice, CopyLook, Toward } from "../../ipc";
import { MODE, MODES, type Mode } from "../../review/compare/modes";
import type { Name } from "../../review/compare/use-sides";
import { useAction } from "../../shared/action";
import { count, plural } from "../../shared/format";
import { useIpc } from "../../shared/ipc";
import { keys, useConflictTotals, useCopyLook } from "../../shared/queries";
import { say } from "../../shared/say";
import { PathText, Skeleton } from "../../shared/ui/bits";
import { Button, IconButton } from "../../shared/ui/button";
import { Chips } from "../../shared/ui/chips";
import { ErrorBox } from "../../shared/ui/error-box";
import { useFocusBack } from "../../shared/use-focus-back";
import { Facts } from "./facts";
import { NAMES, Pictures, usePictures } from "./pictures";
import { CHOICES, choiceOf, decidedWords, happened, newer, undecided } from "./words";

const ZOOM = 1.5;

type Props = { start: number; onClose: () => void; onRepair: () => void };

export function ConflictDialog({ start, onClose, onRepair }: Props) {
  const ipc = useIpc();
  const first = useQuery<Conflict | null, AppError>({
    queryKey: [...keys.conflicts, "first", start],
    queryFn: () => ipc.conflict(start, "at"),
    gcTime: 0,
  });
  useFocusBack();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Content
          data-testid="conflict-dialog"
          aria-describedby={undefined}
          tabIndex={-1}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            (event.currentTarget as HTMLElement).focus();
          }}
          onInteractOutside={(event) => event.preventDefault()} // it fills the window: outside are only messages
          className="fixed inset-0 z-50 flex flex-col bg-canvas"
        >
          {first.data ? (
            <One first={first.data} onRepair={onRepair} />
          ) : (
            <div className="flex h-full flex-col gap-4 p-6">
              <Dialog.Title className="font-semibold">Conflicts</Dialog.Title>
              {first.error && <ErrorBox error={first.error} />}
              {first.isPending && <Skeleton className="flex-1" />}
              {first.data === null && <p>No conflict is open any more.</p>}
              <div>
                <Button onClick={onClose}>Close</Button>
              </div>
            </div>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** What waits for the answer to the key before. A choice does not: nobody has seen yet what it would be of. */
const PATIENT = new Set(["arrowright", "arrowleft", "u", "Ctrl+z"]);

/** Keys that stand for themselves, wherever the focus is in the dialog. */
function useKeys(handlers: Record<string, () => void>, busy: boolean) {
  const waiting = useRef<string[]>([]);
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    if (busy) return;
    const next = waiting.current.shift();
    if (next) latest.current[next]?.();
  }, [busy]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.altKey || event.defaultPrevented) return;
      const inText = (event.target as Element).closest?.("input, textarea, [role=slider], [role=radio]");
      if (inText && event.key.startsWith("Arrow")) return;
      if (event.key === " " && (event.target as Element).closest?.("button")) return;
      const key = event.key.toLowerCase();
      const name = event.ctrlKey || event.metaKey ? `Ctrl+${key}` : key;
      const handler = latest.current[name];
      if (!handler) return;
      event.preventDefault();
      if (busy && PATIENT.has(name)) waiting.current.push(name);
      else handler();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [busy]);
}

function One({ first, onRepair }: { first: Conflict; onRepair: () => void }) {
  const ipc = useIpc();
  const client = useQueryClient();
  const [conflict, setConflict] = useState(first);
  const [atEnd, setAtEnd] = useState(false);
  const [mode, setMode] = useState<Mode>("side");
  const [shown, setShown] = useState<Name>("Left");
  const { data: totals } = useConflictTotals();
  const look = useCopyLook(null, conflict.placed, conflict.placed !== null);
  const pictures = usePictures(conflict, look.data, look.dataUpdatedAt);
  const { view } = pictures;

  const show = async (id: number, toward: Toward): Promise<boolean> => {
    const found = await ipc.conflict(id, toward);
    if (found) setConflict(found);
    return found !== null;
  };
  const go = useAction(async (toward: "next" | "previous") => {
    const moved = await show(conflict.id, toward);
    setAtEnd(!moved && toward === "next");
    if (!moved) say(toward === "next" ? "That was the last one." : "This is the first one.");
  });
  const totalsKey = [...keys.conflicts, "totals"];
  const refresh = () => client.invalidateQueries({ queryKey: totalsKey });
  const choose = useAction(async (choice: ConflictChoice) => {
    if (!may(conflict, look.data, choice)) return;
    client.setQueryData(totalsKey, await ipc.chooseConflict(conflict.id, choice));
    say(choiceOf(choice).said);
    if (!(await show(conflict.id, "next"))) {
      setAtEnd(true);
      await show(conflict.id, "at");
    }
  });
  const same = useAction(async () => {
    if (!conflict.choice) return;
    const said = await ipc.chooseConflicts(conflict.choice);
    say(`The same for all others: ${decidedWords(said)}.`);
    client.setQueryData(totalsKey, said);
    setAtEnd(true);
  });
  const undo = useAction(async () => {
    const concerned = await ipc.undoChoice();
    void refresh();
    setAtEnd(false);
    await show(concerned ?? conflict.id, "at");
    say("Taken back.");
  });

  const open = totals ? undecided(totals) : 0;
  const busy = choose.busy || same.busy || undo.busy || go.busy;
  const when = (is: boolean, act: () => unknown) => () => void (is && !busy && act());
  useKeys(
    {
      ...Object.fromEntries(CHOICES.map(({ key, choice }) => [key, when(true, () => choose.run(choice))])),
      arrowright: when(true, () => go.run("next")),
      arrowleft: when(true, () => go.run("previous")),
      a: when(!!conflict.choice && open > 0, same.run),
      u: when((totals?.steps ?? 0) > 0, undo.run),
      "Ctrl+z": when((totals?.steps ?? 0) > 0, undo.run),
      m: () => setMode(MODES[(MODES.indexOf(mode) + 1) % MODES.length]),
      " ": () => {
        setMode("swap");
        setShown(mode === "swap" && shown === "Left" ? "Right" : "Left");
      },
      "+": () => view.zoom(ZOOM),
      "-": () => view.zoom(1 / ZOOM),
      "0": view.fit,
    },
    busy,
  );

  const error = choose.error ?? same.error ?? undo.error ?? go.error ?? look.error;
  const number = conflict.before + 1;
  return (
    <>
      <header className="flex shrink-0 items-start gap-1 border-b border-line py-2 pr-3 pl-4">
        <div className="flex flex-1 flex-wrap items-center justify-end gap-x-1 gap-y-1">
          <Dialog.Title className="mr-auto pr-3 font-semibold whitespace-nowrap">
            Conflict{" "}
            <span className="font-normal text-muted" data-testid="conflict-place">
              {count(number)} of {count(totals?.conflicts ?? number)}
            </span>
          </Dialog.Title>
          <Chips<Mode>
            label="Way to compare"
            value={mode}
            onChange={setMode}
            options={MODES.map((value) => ({ value, label: MODE[value].label }))}
          />
          <IconButton label="Smaller (−)" onClick={() => view.zoom(1 / ZOOM)}>
            <ZoomOut size={18} aria-hidden />
          </IconButton>
          <IconButton label="Larger (+)" onClick={() => view.zoom(ZOOM)}>
            <ZoomIn size={18} aria-hidden />
          </IconButton>
          <IconButton label="Previous conflict (←)" onClick={() => void go.run("previous")}>
            <ChevronLeft size={18} aria-hidden />
          </IconButton>
          <IconButton label="Next conflict (→)" onClick={() => void go.run("next")}>
            <ChevronRight size={18} aria-hidden />
          </IconButton>
        </div>
        <Dialog.Close asChild>
          <IconButton label="Close (Esc)">
            <X size={18} aria-hidden />
          </IconButton>
        </Dialog.Close>
      </header>
      <div className="px-4 pt-2 text-[13px]">
        <p data-testid="conflict-said" data-verdict={look.data?.verdict}>
          {happened(conflict, look.data)} <span className="text-muted">{newer(conflict)}</span>
        </p>
      </div>
      <div className="grid grid-cols-2 gap-4 px-4 pt-2 pb-1.5">
        {NAMES.map((name, place) => (
          <div key={name} className="selectable min-w-0">
            <p className="text-[13px] font-medium">{name}</p>
            <PathText path={place === 0 ? conflict.from : conflict.key} className="text-[13px] text-muted" />
            <Note conflict={conflict} look={look.data} isCopy={place === 1} />
          </div>
        ))}
      </div>
      <div className="flex min-h-0 flex-1 px-4 pb-3">
        <Pictures of={pictures} mode={mode} shown={shown} />
      </div>
      <div className="max-h-36 shrink-0 overflow-y-auto border-t border-line bg-surface px-4 py-1">
        {look.data ? <Facts differs={look.data.differs} /> : !look.error && <Skeleton className="h-12" />}
        {error && <ErrorBox error={error} />}
      </div>
      <footer className="flex shrink-0 flex-wrap items-center gap-2 border-t border-line bg-surface px-4 py-3">
        {CHOICES.map((one) => (
          <Button
            key={one.choice}
            data-testid={`choose-${one.choice}`}
            variant={conflict.choice === one.choice ? "primary" : "secondary"}
            aria-pressed={conflict.choice === one.choice}
            title={why(conflict, look.data, one.choice) ?? one.text}
            disabled={busy || why(conflict, look.data, one.choice) !== null}
            onClick={() => void choose.run(one.choice)}
          >
            {one.label}
            <kbd aria-hidden className="ml-2 rounded border border-current/30 px-1 text-xs opacity-70">
              {one.key}
            </kbd>
          </Button>
        ))}
        <IconButton label="Take back (U)" disabled={busy || !totals?.steps} onClick={() => void undo.run()}>
          <Undo2 size={18} aria-hidden />
        </IconButton>
        {conflict.choice && open > 0 && (
          <Button data-testid="choose-rest" variant="ghost" disabled={busy} onClick={() => void same.run()}>
            Same for the {plural(open, "other one", "others")} (A)
          </Button>
        )}
        <span className="ml-auto flex items-center gap-3">
          <span data-testid="conflict-open" data-open={open} className="text-[13px] text-muted">
            {open > 0 ? `${count(open)} to decide` : "All are decided"}
            {atEnd && open > 0 && ". That was the last one"}
          </span>
          <Button data-testid="conflict-repair" variant={open === 0 ? "primary" : "secondary"} onClick={onRepair}>
            Look at the repair…
          </Button>
        </span>
      </footer>
    </>
  );
}

/** Why this cannot be chosen; null where it can. */
function why(conflict: Conflict, look: CopyLook | undefined, choice: ConflictChoice): string | null {
  if (choice === "leave") return null;
  if (conflict.file === null) return "Its original is not there any more. What is at the destination is left as it is.";
  if (choice === "source" && look && !look.replaceable)
    return "This storage does not tell for sure whether somebody changes it meanwhile, so nothing is replaced there.";
  return null;
}

const may = (conflict: Conflict, look: CopyLook | undefined, choice: ConflictChoice) =>
  why(conflict, look, choice) === null;

function Note({ conflict, look, isCopy }: { conflict: Conflict; look: CopyLook | undefined; isCopy: boolean }) {
  const text = isCopy
    ? look?.verdict === "tooLarge"
      ? "Too large to be read for a look."
      : look?.why
    : conflict.file === null
      ? "It is not there any more."
      : "";
  if (!text) return null;
  return (
    <p data-testid={isCopy ? "copy-note" : "original-note"} className="truncate text-[13px] text-warn" title={text}>
      {text}
    </p>
  );
}
