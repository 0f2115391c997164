// Asks before many groups are decided at once: says in words what happens, with numbers read at this moment.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AppError, GroupFilter, GroupPage } from "../../ipc";
import { plural } from "../../shared/format";
import { useIpc } from "../../shared/ipc";
import { keys } from "../../shared/queries";
import { Skeleton } from "../../shared/ui/bits";
import { Button } from "../../shared/ui/button";
import { Alert, AlertCancel } from "../../shared/ui/dialog";
import { ErrorBox } from "../../shared/ui/error-box";
import { Checkbox } from "../../shared/ui/field";
import { Notice } from "../../shared/ui/notice";
import { type BulkKind, buttonOf, happens, titleOf } from "./offer";

function useFound(filter: GroupFilter, enabled = true) {
  const ipc = useIpc();
  return useQuery<GroupPage, AppError>({
    queryKey: [...keys.groups, "bulk", filter],
    queryFn: () => ipc.groups({ ...filter, sort: "size", reverse: false, offset: 0, limit: 1 }),
    staleTime: 0,
    enabled,
  });
}

type Props = {
  kind: BulkKind;
  filter: GroupFilter;
  onConfirm: (filter: GroupFilter) => void;
  onClose: () => void;
};

export function BulkDialog({ kind, filter, onConfirm, onClose }: Props) {
  const all = useFound(filter);
  const mayLeave = kind === "keepSuggested" && filter.sure === null;
  const unclear = useFound({ ...filter, sure: false }, mayLeave);
  const [leave, setLeave] = useState(true);
  const ready = all.data && (!mayLeave || unclear.data);
  const yours = mayLeave ? (unclear.data?.total ?? 0) : 0;
  const left = leave ? yours : 0;
  const groups = (all.data?.total ?? 0) - left;
  const error = all.error ?? unclear.error;
  return (
    <Alert
      open
      onOpenChange={(open) => !open && onClose()}
      testId="bulk-dialog"
      title={ready ? titleOf(kind, groups) : "Counting the groups…"}
      lead={filter.status === "open" ? "Only open groups are decided; what you decided before stays." : null}
      footer={
        <>
          <AlertCancel asChild>
            <Button>Cancel</Button>
          </AlertCancel>
          <Button
            variant="primary"
            data-testid="bulk-confirm"
            disabled={!ready || groups === 0}
            onClick={() => onConfirm(left > 0 ? { ...filter, sure: true } : filter)}
          >
            {ready ? buttonOf(kind, groups) : "Accept"}
          </Button>
        </>
      }
    >
      {error && <ErrorBox error={error} />}
      {!ready && !error && <Skeleton className="h-24" />}
      {ready && (
        <>
          <ul className="list-disc space-y-1 pl-5">
            {happens(kind, groups, all.data).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          {filter.status !== "open" && filter.status !== null && (
            <div className="mt-4">
              <Notice tone="warn">You decided these groups before. This takes the place of what you chose.</Notice>
            </div>
          )}
          {yours > 0 && (
            <div className="mt-4">
              <Checkbox
                checked={leave}
                onChange={setLeave}
                hint="Without this they are decided too, with all their photos kept."
              >
                Leave the {plural(yours, "group")} where you decide open
              </Checkbox>
            </div>
          )}
        </>
      )}
    </Alert>
  );
}
