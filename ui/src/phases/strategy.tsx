// What is wanted of this destination: four strategies, a plain sentence each, and the one that suits with its reason.
import { RadioGroup } from "radix-ui";
import { useState } from "react";
import type { Strategy, StrategyOffer, Way } from "../ipc";
import { useAction } from "../shared/action";
import { useIpc } from "../shared/ipc";
import { useStrategies } from "../shared/queries";
import { Badge } from "../shared/ui/badge";
import { Skeleton } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { Dialog } from "../shared/ui/dialog";
import { ErrorBox } from "../shared/ui/error-box";

/** Short, for the button; the engine's names stand on the cards. */
const SHORT: Record<Strategy, string> = {
  once: "Copy once",
  inStep: "Keep in step",
  compare: "Compare only",
  secondHome: "Second home",
};

function Card({ offer }: { offer: StrategyOffer }) {
  return (
    <RadioGroup.Item
      value={offer.strategy}
      data-testid={`strategy-${offer.strategy}`}
      className="group flex items-start gap-3 rounded-lg border border-line px-3.5 py-3 text-left data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
    >
      <span
        aria-hidden
        className="mt-1 grid size-4 shrink-0 place-items-center rounded-full border border-edge group-data-[state=checked]:border-accent"
      >
        <span className="size-2 rounded-full group-data-[state=checked]:bg-accent" />
      </span>
      <span className="min-w-0">
        <span className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{offer.name}</span>
          {offer.why && <Badge tone="good">Recommended</Badge>}
        </span>
        <span className="block text-[13px] text-muted">{offer.says}</span>
        {offer.why && <span className="mt-1 block text-[13px] text-ink">{offer.why}</span>}
      </span>
    </RadioGroup.Item>
  );
}

function Picker({ way, onClose }: { way: Way; onClose: () => void }) {
  const ipc = useIpc();
  const { data: offers, error } = useStrategies();
  const [wanted, setWanted] = useState<Strategy | null>(way.isChosen ? way.strategy : null);
  const best = offers?.find((offer) => offer.why)?.strategy ?? null;
  const chosen = wanted ?? best;
  const choose = useAction(async (strategy: Strategy) => {
    await ipc.chooseStrategy(strategy);
    onClose();
  });
  const failed = choose.error ?? error;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      testId="strategy-dialog"
      title="What do you want of this destination?"
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            variant="primary"
            data-testid="strategy-confirm"
            disabled={!chosen}
            busy={choose.busy}
            onClick={() => chosen && void choose.run(chosen)}
          >
            Choose
          </Button>
        </>
      }
    >
      <p className="mb-4 text-muted">
        You can choose another one any time, until you cut over. Originals stay where they are.
      </p>
      {offers ? (
        <RadioGroup.Root
          value={chosen ?? ""}
          onValueChange={(next) => setWanted(next as Strategy)}
          aria-label="Strategy"
          className="flex flex-col gap-2"
        >
          {offers.map((offer) => (
            <Card key={offer.strategy} offer={offer} />
          ))}
        </RadioGroup.Root>
      ) : (
        !error && <Skeleton className="h-64" />
      )}
      {failed && (
        <div className="mt-4">
          <ErrorBox error={failed} />
        </div>
      )}
    </Dialog>
  );
}

export function StrategyButton({ way }: { way: Way }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" data-testid="open-strategy" data-strategy={way.strategy} onClick={() => setOpen(true)}>
        {way.isChosen ? SHORT[way.strategy] : "Choose a strategy"}
      </Button>
      {open && <Picker way={way} onClose={() => setOpen(false)} />}
    </>
  );
}
