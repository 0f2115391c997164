// Archives that were dropped or picked: what unpacking them takes, where it goes, and how far it is.
import { useQuery } from "@tanstack/react-query";
import { FileArchive } from "lucide-react";
import { useState } from "react";
import type { AppError, UnpackOffer } from "../ipc";
import { useAction } from "../shared/action";
import { useAddFolders, type Waiting } from "../shared/drop";
import { bytes, count, eta, plural, rate } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { isActive, useBusy, useJob } from "../shared/job";
import { PathText, Skeleton } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { Card, CardTitle } from "../shared/ui/card";
import { ErrorBox } from "../shared/ui/error-box";
import { JobProgress } from "../shared/ui/job-progress";
import { Notice } from "../shared/ui/notice";

function Missing({ names }: { names: string[] }) {
  if (names.length === 0) return null;
  return (
    <Notice tone="warn" data-testid="unpack-missing">
      {names.length === 1 ? "A part of this Takeout is not here: " : "Parts of this Takeout are not here: "}
      <strong>{names.slice(0, 5).join(", ")}</strong>
      {names.length > 5 && ` and ${count(names.length - 5)} more`}. Photos in {names.length === 1 ? "it" : "them"} would
      be missing, and dates of others.
    </Notice>
  );
}

function Offer({ offer }: { offer: UnpackOffer }) {
  return (
    <div className="flex flex-col gap-3">
      <div>
        <p className="mb-1 text-muted">Unpack {plural(offer.files.files, "file")} to</p>
        {offer.folders.map((folder) => (
          <PathText key={folder} path={folder} className="selectable font-medium" />
        ))}
      </div>
      <Missing names={offer.missing} />
      <Notice tone={offer.fits ? "safe" : "warn"} data-testid="unpack-room">
        Needs {bytes(offer.needs)}, {bytes(offer.free)} free.{" "}
        {offer.fits
          ? "The archives are only read: they stay as they are."
          : "That is not enough: choose a place on another disk."}
      </Notice>
    </div>
  );
}

export function UnpackCard({ waiting }: { waiting: Waiting }) {
  const ipc = useIpc();
  const { letGo, add } = useAddFolders();
  const [into, setInto] = useState<string | null>(null);
  const { archives, withArchives } = waiting;
  const offer = useQuery<UnpackOffer, AppError>({
    queryKey: ["unpackOffer", archives, into],
    queryFn: () => ipc.unpackOffer(archives, into),
  });
  const unpack = useAction(() => ipc.startUnpack(archives, into));
  const choose = useAction(async () => {
    const place = await ipc.pickUnpackFolder();
    if (place) setInto(place);
  });
  const busy = useBusy();
  const job = useJob("unpack");
  const running = isActive(job);
  const error = unpack.error ?? choose.error ?? (job?.status === "failed" ? job.error : null) ?? offer.error;
  const title = plural(archives.length, "archive");
  return (
    <Card className="p-5" data-testid="unpack-card" aria-labelledby="unpack-title">
      <CardTitle id="unpack-title" aside={running && job.filesTotal !== null ? eta(job.etaSeconds) : undefined}>
        <span className="flex items-center gap-2">
          <FileArchive size={18} className="text-accent" aria-hidden />
          {offer.data ? `${title} · ${bytes(offer.data.archiveBytes)}` : title}
        </span>
      </CardTitle>
      <div className="flex flex-col gap-4">
        {error && <ErrorBox error={error} />}
        {running ? (
          <JobProgress job={job} label="Unpack" aside={rate(job.bytesPerSecond)} testId="unpack-progress" />
        ) : (
          <>
            {offer.data ? <Offer offer={offer.data} /> : offer.isPending && <Skeleton className="h-16" />}
            <div className="flex flex-wrap gap-2">
              <Button
                data-testid="unpack"
                variant="primary"
                disabled={busy || !offer.data?.fits}
                busy={unpack.busy}
                onClick={() => void unpack.run()}
              >
                Unpack
              </Button>
              <Button data-testid="unpack-elsewhere" disabled={!!offer.error} onClick={() => void choose.run()}>
                Choose another place…
              </Button>
              <Button data-testid="unpack-not-now" variant="ghost" onClick={letGo}>
                Not now
              </Button>
              {withArchives.length > 0 && (
                <Button
                  data-testid="unpack-add-folder"
                  variant="ghost"
                  onClick={() => {
                    letGo();
                    void add(withArchives);
                  }}
                >
                  {withArchives.length === 1 ? "Add the folder without them" : "Add the folders without them"}
                </Button>
              )}
            </div>
          </>
        )}
      </div>
    </Card>
  );
}
