// The limits in force, in words, and the way to change them.
import { useQuery } from "@tanstack/react-query";
import { Gauge } from "lucide-react";
import { useEffect, useState } from "react";
import type { AppError, Throttle } from "../../ipc";
import { sentence } from "../../shared/format";
import { useIpc } from "../../shared/ipc";
import { keys } from "../../shared/queries";
import { Button } from "../../shared/ui/button";
import { ThrottleSheet } from "./sheet";
import { nowWords } from "./words";

const LOOK_AGAIN_MS = 20_000;

/** The time, new often enough for words about minutes. */
function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export function ThrottleLine() {
  const ipc = useIpc();
  const now = useNow();
  const [open, setOpen] = useState(false);
  const { data, error } = useQuery<Throttle, AppError>({ queryKey: keys.throttle, queryFn: () => ipc.throttle() });
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <Gauge size={18} className="shrink-0 text-muted" aria-hidden />
      <p className="min-w-0 flex-1 basis-40">
        <span className="text-muted">Speed: </span>
        <span data-testid="throttle-now" className={error ? "text-bad" : ""}>
          {error ? sentence(error.message) : data && nowWords(data, now)}
        </span>
      </p>
      <Button size="sm" data-testid="throttle-open" disabled={!data} onClick={() => setOpen(true)}>
        Speed limits…
      </Button>
      {data && <ThrottleSheet open={open} onOpenChange={setOpen} saved={data} />}
    </div>
  );
}
