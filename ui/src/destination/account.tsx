// The account that is open to Albumen now: whose it is and how much room it has.
import { UserRoundCheck } from "lucide-react";
import { bytes } from "../shared/format";
import { Button } from "../shared/ui/button";

type Props = { name: string | null; freeBytes: number | null; home: string; onAnother: () => void; testId: string };

export function Account({ name, freeBytes, home, onAnother, testId }: Props) {
  const room = name === null ? "The test says how much room there is." : "It does not say how much room it has.";
  return (
    <div
      role="status"
      data-testid={`${testId}-account`}
      className="flex flex-wrap items-center gap-3 rounded-xl border border-good/25 bg-good-soft p-4"
    >
      <UserRoundCheck size={20} className="shrink-0 text-good" aria-hidden />
      <div className="min-w-0 flex-1 basis-60">
        <p className="selectable font-medium break-words">{name ? `Signed in as ${name}` : `Signed in to ${home}`}</p>
        <p className="text-[13px] text-muted">{freeBytes === null ? room : `${bytes(freeBytes)} free`}</p>
      </div>
      <Button data-testid={`${testId}-another`} onClick={onAnother}>
        Use another account
      </Button>
    </div>
  );
}
