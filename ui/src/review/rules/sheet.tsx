// How keepers are chosen: the rules in their order. Nothing changes until Apply.
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { AppError, Rule } from "../../ipc";
import { useAction } from "../../shared/action";
import { useIpc } from "../../shared/ipc";
import { useBusy } from "../../shared/job";
import { keys } from "../../shared/queries";
import { Skeleton } from "../../shared/ui/bits";
import { Button } from "../../shared/ui/button";
import { ErrorBox } from "../../shared/ui/error-box";
import { Notice } from "../../shared/ui/notice";
import { Sheet } from "../../shared/ui/sheet";
import { USUAL_RULES } from "../words";
import { RuleList } from "./list";

const usual = (): Rule[] => USUAL_RULES.map((id) => ({ id, enabled: true }));
const same = (a: Rule[], b: Rule[]): boolean => JSON.stringify(a) === JSON.stringify(b);

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

export function RulesSheet({ open, onOpenChange }: Props) {
  const ipc = useIpc();
  const busy = useBusy();
  const { data, error } = useQuery<Rule[], AppError>({
    queryKey: keys.rules,
    queryFn: () => ipc.rules(),
    enabled: open,
    staleTime: 0,
  });
  const [draft, setDraft] = useState<Rule[] | null>(null);
  const rules = draft ?? data;
  const lifted = useRef(false);
  const close = (next: boolean) => {
    setDraft(null);
    onOpenChange(next);
  };
  const apply = useAction(async (next: Rule[]) => {
    await ipc.setRules(next);
    close(false);
  });
  const failed = error ?? apply.error;
  return (
    <Sheet
      open={open}
      onOpenChange={close}
      title="How keepers are chosen"
      lead="The first rule that can tell two photos apart decides which of them is suggested to be kept."
      testId="rules-sheet"
      holdsEscape={() => lifted.current}
      footer={
        <>
          <Button
            variant="ghost"
            className="mr-auto"
            disabled={!rules || same(rules, usual())}
            onClick={() => setDraft(usual())}
          >
            Reset to usual order
          </Button>
          <Button onClick={() => close(false)}>Cancel</Button>
          <Button
            variant="primary"
            data-testid="apply-rules"
            busy={apply.busy}
            disabled={busy || !data || !rules || same(rules, data)}
            onClick={() => rules && void apply.run(rules)}
          >
            Apply
          </Button>
        </>
      }
    >
      {failed && <ErrorBox error={failed} />}
      {!rules && !failed && <Skeleton className="h-96" />}
      {rules && (
        <RuleList
          rules={rules}
          onChange={setDraft}
          onLift={(now) => {
            lifted.current = now;
          }}
        />
      )}
      <div className="mt-4">
        <Notice tone="safe">
          {busy
            ? "Another job is running. The rules can be applied when it is done."
            : "Decisions you already made stay. Only the suggestions of the other groups are chosen anew."}
        </Notice>
      </div>
    </Sheet>
  );
}
