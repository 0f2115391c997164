// A catalog that was lost, or another computer: what earlier moves left at the destination is read in, so that nothing is sent
// twice. Offered while this catalog knows of nothing there.
import { History } from "lucide-react";
import { useState } from "react";
import { useAction } from "../shared/action";
import { useIpc } from "../shared/ipc";
import { isActive, useJob } from "../shared/job";
import { Button } from "../shared/ui/button";
import { ErrorBox } from "../shared/ui/error-box";
import { Notice } from "../shared/ui/notice";
import { Progress } from "../shared/ui/progress";

export function ReadIn({ standing, busy }: { standing: boolean; busy: boolean }) {
  const ipc = useIpc();
  const [isBegun, setBegun] = useState(false);
  const read = useAction(() => {
    setBegun(true);
    return ipc.startRebuild();
  });
  const last = useJob("rebuild");
  // How a job ended is told where it was begun, and not under a destination that was chosen since.
  const job = isBegun || isActive(last) ? last : null;
  const error = read.error ?? (job?.status === "failed" ? job.error : null);
  if (isActive(job)) {
    return (
      <div>
        <p className="mb-2 text-muted">{job.stage}</p>
        <Progress
          label="Read in what was moved before"
          done={job.filesDone}
          total={job.filesTotal}
          paused={job.status === "paused"}
        />
      </div>
    );
  }
  if (job?.status === "done") {
    return (
      <div data-testid="read-in-done">
        <Notice tone="good">{job.message} Verify proves them again.</Notice>
      </div>
    );
  }
  if (standing && !error) return null;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-[13px]">
        <p className="min-w-0 flex-1 basis-64 text-muted">
          Did Albumen move photos here before, from another computer or with a catalog that was lost? Read in what it
          left there, and nothing is sent twice.
        </p>
        <Button
          size="sm"
          data-testid="read-in"
          icon={<History size={15} aria-hidden />}
          disabled={busy}
          busy={read.busy}
          onClick={() => void read.run()}
        >
          Read them in
        </Button>
      </div>
      {error && <ErrorBox error={error} />}
    </div>
  );
}
