// What a repair will do, before it does it. Where other bytes have the name of a photo, the person says which of the two stays;
// keeping both is the choice that loses nothing.
import { RadioGroup } from "radix-ui";
import { useState } from "react";
import type { Conflicts, Reconciliation } from "../../ipc";
import { useAction } from "../../shared/action";
import { count, plural } from "../../shared/format";
import { useIpc } from "../../shared/ipc";
import { useConflictTotals } from "../../shared/queries";
import { Button } from "../../shared/ui/button";
import { Alert, AlertCancel } from "../../shared/ui/dialog";
import { ErrorBox } from "../../shared/ui/error-box";
import { decidedWords, undecided } from "../conflict/words";
import { DifferenceList } from "./list";

const CHOICES: { value: Conflicts; label: string; text: string }[] = [
  {
    value: "both",
    label: "Keep both",
    text: "What is there stays under its name. The original is placed beside it, as “name (2)”.",
  },
  {
    value: "source",
    label: "The original replaces it",
    text: "For copies that were damaged. What is there now is removed for good, if nobody changes it before.",
  },
  {
    value: "newest",
    label: "The newest has the name",
    text: "As “Keep both” where what is there was changed last, as “The original replaces it” where the original was. Where the times cannot tell, nothing is done.",
  },
  { value: "ask", label: "Leave it", text: "Nothing is done. It stays on the list." },
];

type Props = { found: Reconciliation; onClose: () => void; onConflicts: () => void };

export function RepairDialog({ found, onClose, onConflicts }: Props) {
  const ipc = useIpc();
  const { data: totals } = useConflictTotals();
  const decided = totals ? totals.conflicts - undecided(totals) : 0;
  const [conflicts, setConflicts] = useState<Conflicts>("both");
  const start = useAction(async () => {
    await ipc.startRepair(conflicts);
    onClose();
  });
  return (
    <Alert
      open
      onOpenChange={(open) => !open && onClose()}
      testId="repair-dialog"
      title="Repair what differs?"
      lead="Originals are only read, and what Albumen did not place is never touched."
      footer={
        <>
          <AlertCancel asChild>
            <Button>Not now</Button>
          </AlertCancel>
          <Button data-testid="repair-confirm" variant="primary" busy={start.busy} onClick={() => void start.run()}>
            Repair
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {found.different > 0 && (
          <fieldset data-testid="conflicts">
            <legend className="mb-2 font-medium">
              {plural(found.different, "copy has", "copies have")} other bytes than the original
            </legend>
            <div className="mb-3 flex flex-wrap items-center gap-3 text-[13px]">
              <Button data-testid="repair-one-by-one" size="sm" onClick={onConflicts}>
                Decide one by one…
              </Button>
              {totals && decided > 0 && (
                <span data-testid="decided" className="text-muted">
                  Decided: {decidedWords(totals)}.
                  {undecided(totals) > 0 && ` For the other ${count(undecided(totals))}:`}
                </span>
              )}
            </div>
            <RadioGroup.Root
              value={conflicts}
              onValueChange={(next) => setConflicts(next as Conflicts)}
              aria-label="What to do where other bytes have the name of a photo"
              className="flex flex-col gap-2"
            >
              {CHOICES.map((one) => (
                <RadioGroup.Item
                  key={one.value}
                  value={one.value}
                  data-testid={`conflicts-${one.value}`}
                  className="group flex items-start gap-3 rounded-lg border border-line px-3.5 py-2.5 text-left data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
                >
                  <span
                    aria-hidden
                    className="mt-1 grid size-4 shrink-0 place-items-center rounded-full border border-edge group-data-[state=checked]:border-accent"
                  >
                    <span className="size-2 rounded-full group-data-[state=checked]:bg-accent" />
                  </span>
                  <span>
                    <span className="block font-medium">{one.label}</span>
                    <span className="block text-[13px] text-muted">{one.text}</span>
                  </span>
                </RadioGroup.Item>
              ))}
            </RadioGroup.Root>
          </fieldset>
        )}
        <DifferenceList found={found} conflicts={conflicts} />
        {start.error && <ErrorBox error={start.error} />}
      </div>
    </Alert>
  );
}
