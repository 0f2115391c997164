// Step 3: where the library goes. A destination is tested before it is used, and secrets never come back to this page.
import { Cloud, HardDrive, type LucideIcon } from "lucide-react";
import { useState } from "react";
import type { DestinationInfo } from "../ipc";
import { useBusy } from "../shared/job";
import type { ScreenProps } from "../shared/steps";
import { Notice } from "../shared/ui/notice";
import { Screen } from "../shared/ui/screen";
import { CurrentDestination } from "./current";
import { FolderForm } from "./folder-form";
import { S3Form } from "./s3-form";

type Kind = DestinationInfo["kind"];
const HOMES: { kind: Kind; title: string; text: string; icon: LucideIcon }[] = [
  {
    kind: "folder",
    title: "Folder on a disk",
    text: "An internal or external disk, or a network folder that is mounted.",
    icon: HardDrive,
  },
  {
    kind: "s3",
    title: "S3-compatible storage",
    text: "Amazon S3, and everything that speaks S3: MinIO, Backblaze B2, Wasabi, R2 …",
    icon: Cloud,
  },
];

export function DestinationScreen({ snapshot, go }: ScreenProps) {
  const { destination } = snapshot;
  const [kind, setKind] = useState<Kind | null>(null);
  const busy = useBusy();
  const used = () => setKind(null);
  return (
    <Screen
      step="destination"
      title="Where should your photos live?"
      lead="Your library is copied to its new home. The originals stay where they are until you say otherwise, at the very end."
    >
      <div className="flex flex-col gap-5">
        {destination && (
          <CurrentDestination destination={destination} go={go} onAskAgain={() => setKind(destination.kind)} />
        )}
        {busy && <Notice tone="info">A job is running. You can choose another destination when it is done.</Notice>}
        <fieldset disabled={busy} className="min-w-0">
          <legend className="mb-2 text-[15px] font-semibold">
            {destination ? "Choose another home" : "Choose a home"}
          </legend>
          <div className="grid gap-4 sm:grid-cols-2">
            {HOMES.map(({ kind: k, title, text, icon: Icon }) => (
              <button
                key={k}
                type="button"
                data-testid={`dest-${k}`}
                aria-pressed={kind === k}
                onClick={() => setKind(k)}
                className={`flex items-start gap-4 rounded-xl border bg-surface p-5 text-left shadow-card transition-colors disabled:opacity-60 ${kind === k ? "border-accent outline-1 outline-accent" : "border-line hover:border-edge"}`}
              >
                <span
                  aria-hidden
                  className="flex size-11 shrink-0 items-center justify-center rounded-xl bg-accent-soft text-accent"
                >
                  <Icon size={22} />
                </span>
                <span>
                  <span className="block font-semibold">{title}</span>
                  <span className="block text-[13px] text-muted">{text}</span>
                </span>
              </button>
            ))}
          </div>
          <p className="mt-2 text-[13px] text-faint">More homes come in later versions.</p>
          {kind === "folder" && <FolderForm key="folder" current={destination} onUsed={used} />}
          {kind === "s3" && <S3Form key="s3" current={destination} onUsed={used} />}
        </fieldset>
      </div>
    </Screen>
  );
}
