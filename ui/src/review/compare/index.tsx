// Compare: two members of a group over the whole window, in five ways, with one view of both, by keys alone if wanted.
import { Dialog } from "radix-ui";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import type { Decision, Group } from "../../ipc";
import { say } from "../../shared/say";
import { useFocusBack } from "../../shared/use-focus-back";
import { type ActionHandlers, SCOPE, useActionKeys } from "../keys/use-action-keys";
import { useCareful } from "../use-careful";
import { Caption } from "./caption";
import { Differences } from "./differences";
import type { Size } from "./geometry";
import { clampDial, DIAL, hasDial, MODE, MODES, type Mode, useDials, useMode } from "./modes";
import { exchange, firstPair, keptBy, neighbours, type Pair, refusal, step, type Verdict } from "./pair";
import { Relation } from "./relation";
import { Stages } from "./stages";
import { Tools, ZOOM_STEP } from "./tools";
import { betweenTwo, turnsOf, useComparison } from "./use-comparison";
import { usePreload } from "./use-picture";
import { useSettled } from "./use-settled";
import { actualOf, type Name, useSides } from "./use-sides";
import { useView } from "./use-view";
import { Verdicts } from "./verdicts";
import { pairWords, relationWords, verdictWords } from "./words";

type Props = {
  group: Group;
  /** The member to start with, against the keeper. */
  member: number;
  /** The next group is on its way; until then nothing is decided. */
  waiting?: boolean;
  onDecide: (decision: Decision) => void;
  onUndo?: () => void;
  onRedo?: () => void;
  onPreviousGroup?: () => void;
  onNextGroup?: () => void;
  /** The group that comes next: its pictures are read ahead. */
  upcoming?: Group;
  onClose: () => void;
};

const PAN = 80;
/** Who flicks through members fast hears only the pair at which they rest. */
const REST = 150;
/** In a lower window the pictures need the place: what differs waits behind its heading. */
const ROOMY = 620;
const START: Size = { width: 900, height: 600 };

/** The pair of the group that is shown; another group starts with its own. */
function usePair(group: Group, member: number): [Pair, (pair: Pair) => void] {
  const start = { groupId: group.id, pair: firstPair(group, member) };
  const [state, setState] = useState(start);
  const fits = state.groupId === group.id && Math.max(state.pair.left, state.pair.right) < group.members.length;
  return [fits ? state.pair : firstPair(group, member), (pair) => setState({ groupId: group.id, pair })];
}

export function Compare(props: Props) {
  const { group, member, waiting = false, onDecide, onUndo, onRedo } = props;
  const { onPreviousGroup, onNextGroup, upcoming, onClose } = props;
  const { members } = group;
  const [pair, setPair] = usePair(group, member);
  const [left, right] = [members[pair.left], members[pair.right]];
  const pairKey = `${left.assetId} ${right.assetId}`;
  const [mode, setMode] = useMode();
  const { dials, set: setDial } = useDials();
  const [shown, setShown] = useState<Name>("Left");
  const [asIsFor, setAsIsFor] = useState("");
  const [pane, setPane] = useState(START);
  const [roomy] = useState(() => window.innerHeight >= ROOMY);
  const onSize = (size: Size) =>
    setPane((was) => (was.width === size.width && was.height === size.height ? was : size));
  const asIs = asIsFor === pairKey;

  const ratio = window.devicePixelRatio || 1;
  const comparison = useComparison(left.assetId, right.assetId);
  const between = betweenTwo(left, right, comparison.data);
  const sides = useSides(left, right, turnsOf(left, right, between), asIs, pane, comparison.data);
  const view = useView({ pane, fitted: sides.map((side) => side.frame), actual: actualOf(sides, ratio) });
  usePreload([...neighbours(pair, members), ...(upcoming?.members.slice(0, 2) ?? [])]);

  const spoken = pairWords(group, pair, between);
  useEffect(() => {
    const resting = setTimeout(() => say(spoken), REST);
    return () => clearTimeout(resting);
  }, [spoken]);
  useFocusBack();
  useEffect(() => void toast.dismiss(), []); // it would lie over the facts

  const choose = (next: Mode) => {
    setMode(next);
    say(MODE[next].says);
  };
  const flick = () => {
    if (mode !== "swap") return choose("swap");
    const next = shown === "Left" ? "Right" : "Left";
    setShown(next);
    say(`${next}: ${(next === "Left" ? left : right).name}`);
  };
  const turnAsIs = (next: boolean) => {
    if (sides.every(({ match }) => match === 1)) return;
    setAsIsFor(next ? pairKey : "");
    say(next ? "Shown as it is." : "Turned to match.");
  };
  const dial = (by: 1 | -1) => {
    if (!hasDial(mode)) return;
    const { label, step: stride, unit } = DIAL[mode];
    const next = clampDial(mode, dials[mode] + by * stride);
    setDial(mode, next);
    say(`${label} ${next}${unit}`);
  };
  const goTo = (by: 1 | -1) => {
    setPair(step(pair, by, members.length));
    setShown("Right"); // the one that changes is the one to look at
  };

  const settled = useSettled(group.id);
  const may = () => !waiting && settled();
  const keep = (verdict: Verdict) => {
    const refused = refusal(pair, members, verdict);
    if (refused) {
      toast.warning(refused, { id: "protected" });
      return;
    }
    decide({ kind: "keep", assetIds: keptBy(pair, members, verdict) }, verdictWords(verdict));
  };
  const decide = (decision: Decision, words: string) => {
    if (!may()) return;
    say(words);
    onDecide(decision);
  };
  const keepOnly = useCareful((_, decision) => decide(decision, "Only the keeper kept."));
  const onlyKeeper = () => may() && keepOnly(group, { kind: "keepOnlyKeeper" });
  const notDuplicates = () => decide({ kind: "notDuplicates" }, "Not duplicates: all kept.");
  const later = () => decide({ kind: "later" }, "Left for later.");

  const handlers: ActionHandlers = {
    nextGroup: onNextGroup,
    previousGroup: onPreviousGroup,
    nextMember: () => goTo(1),
    previousMember: () => goTo(-1),
    compare: onClose,
    notDuplicates,
    onlyKeeper,
    later,
    undo: onUndo,
    redo: onRedo,
    keepLeft: () => keep("left"),
    keepRight: () => keep("right"),
    keepBoth: () => keep("both"),
    exchange: () => setPair(exchange(pair)),
    flick,
    nextMode: () => choose(MODES[(MODES.indexOf(mode) + 1) % MODES.length]),
    ...Object.fromEntries(MODES.map((m) => [m, () => choose(m)])),
    less: () => dial(-1),
    more: () => dial(1),
    zoomIn: () => view.zoom(ZOOM_STEP),
    zoomOut: () => view.zoom(1 / ZOOM_STEP),
    fit: view.fit,
    actual: () => view.toggleActual(),
    panLeft: () => view.pan({ x: PAN, y: 0 }),
    panRight: () => view.pan({ x: -PAN, y: 0 }),
    panUp: () => view.pan({ x: 0, y: PAN }),
    panDown: () => view.pan({ x: 0, y: -PAN }),
    turn: () => turnAsIs(!asIs),
  };
  useActionKeys(handlers, { only: "compare" });

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Content
          data-testid="compare"
          {...{ [SCOPE]: "compare" }}
          aria-describedby={undefined}
          tabIndex={-1}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            (event.currentTarget as HTMLElement).focus();
          }}
          onMouseDown={(event) => {
            // A click must not take the keys away: arrows and Space go on meaning members and flicking.
            if ((event.target as Element).closest("button")) event.preventDefault();
          }}
          onInteractOutside={(event) => event.preventDefault()} // it fills the window: outside are only messages
          aria-busy={waiting}
          className="fixed inset-0 z-50 flex flex-col bg-canvas"
        >
          <Tools
            title={
              <Dialog.Title className="font-semibold whitespace-nowrap">
                <span className="max-lg:sr-only">Compare</span>{" "}
                <span className="font-normal text-muted">
                  {pair.left + 1} and {pair.right + 1} of {members.length}
                </span>
              </Dialog.Title>
            }
            mode={mode}
            onMode={choose}
            view={view}
            many={members.length}
            onMember={goTo}
            onExchange={() => setPair(exchange(pair))}
            onPreviousGroup={onPreviousGroup}
            onNextGroup={onNextGroup}
          />
          <Relation
            words={relationWords(group, left, right, between)}
            mode={mode}
            sides={sides}
            dials={dials}
            onDial={setDial}
          />
          <div className="grid grid-cols-2 gap-4 px-4 pt-2 pb-1.5">
            {sides.map((side) => (
              <Caption
                key={side.name}
                side={side}
                scale={view.view.scale}
                ratio={ratio}
                shown={mode === "swap" && side.name === shown}
                asIs={asIs}
                onAsIs={turnAsIs}
              />
            ))}
          </div>
          <div className="flex min-h-0 flex-1 px-4 pb-3">
            <Stages
              mode={mode}
              sides={sides}
              view={view}
              pane={pane}
              ratio={ratio}
              shown={shown}
              dials={dials}
              onDial={setDial}
              onSize={onSize}
            />
          </div>
          <details open={roomy} className="shrink-0 border-t border-line bg-surface px-4 py-1">
            <summary className="w-fit cursor-pointer rounded text-[13px] font-medium">What differs</summary>
            {/* Of one height, so that the pictures keep their place from pair to pair. */}
            <div className="h-[17vh] max-h-36 overflow-y-auto">
              <Differences comparison={comparison} />
            </div>
          </details>
          <Verdicts
            group={group}
            pair={pair}
            onKeep={keep}
            onOnlyKeeper={onlyKeeper}
            onNotDuplicates={notDuplicates}
            onLater={later}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
