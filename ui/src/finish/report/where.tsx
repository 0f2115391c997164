// Where is it? One file from the day it was found to where it is now, with what belongs to it and what is the same.
import {
  CircleCheck,
  Copy,
  Fingerprint,
  FolderOpen,
  ListChecks,
  type LucideIcon,
  PencilLine,
  Scale,
  Trash2,
  Undo2,
} from "lucide-react";
import type { ReactNode } from "react";
import type { MomentKind, NamedFile, Provenance } from "../../ipc";
import { bytes, dateTime, fact, sentence } from "../../shared/format";
import { useProvenance } from "../../shared/queries";
import { PathText, Skeleton } from "../../shared/ui/bits";
import { ErrorBox } from "../../shared/ui/error-box";
import { Sheet } from "../../shared/ui/sheet";
import { CopyView } from "./copy-view";
import { Thumb } from "./thumb";
import { DATED, MOMENT, PROOF } from "./words";

const ICON: Record<MomentKind, LucideIcon> = {
  found: FolderOpen,
  fingerprinted: Fingerprint,
  decided: Scale,
  renamed: PencilLine,
  planned: ListChecks,
  copied: Copy,
  verified: CircleCheck,
  removed: Trash2,
  restored: Undo2,
};

export function WhereSheet({
  file,
  onClose,
  onAsk,
}: {
  file: number | null;
  onClose: () => void;
  onAsk: (file: number) => void;
}) {
  const answer = useProvenance(file);
  return (
    <Sheet
      open={file !== null}
      onOpenChange={(open) => !open && onClose()}
      title="Where is it?"
      lead="Where this file came from, and where it is now."
      testId="where"
    >
      {answer.error && <ErrorBox error={answer.error} />}
      {!answer.data && !answer.error && <Skeleton className="h-60" />}
      {answer.data && <Answer of={answer.data} onAsk={onAsk} />}
    </Sheet>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-6">
      <h3 className="mb-2 font-medium">{title}</h3>
      {children}
    </section>
  );
}

function Answer({ of, onAsk }: { of: Provenance; onAsk: (file: number) => void }) {
  const companions = of.asset.filter((part) => part.fileId !== of.fileId);
  const there = of.recalled ? "known from a marker only" : of.gone ? "not there any more" : "in its place";
  return (
    <div className="selectable text-[13px]">
      <div className="flex items-center gap-3">
        <Thumb file={of.fileId} kind={of.kind} />
        <div className="min-w-0">
          <PathText path={of.from} className="text-sm" />
          <p className="text-muted">
            {of.kind}, {bytes(of.size)}; original: {there}
          </p>
        </div>
      </div>
      <Part title="What happened">
        <ol data-testid="where-timeline" className="relative flex flex-col gap-3 border-l border-edge pl-5">
          {of.timeline.map(({ kind, at, what }, place) => {
            const Icon = ICON[kind];
            return (
              <li key={place} data-moment={kind} className="relative">
                <span
                  aria-hidden
                  className="absolute top-0 -left-8 flex size-6 items-center justify-center rounded-full border border-line bg-surface text-muted"
                >
                  <Icon size={13} />
                </span>
                <p className="flex flex-wrap justify-between gap-x-3">
                  <span className="font-medium">{MOMENT[kind]}</span>
                  <span className="text-muted">{at ? dateTime(at) : "no date is kept"}</span>
                </p>
                <p className="break-words text-muted">{fact(what)}</p>
              </li>
            );
          })}
        </ol>
      </Part>
      <Part title="Where it is now">
        {of.copies.length === 0 && <p className="text-muted">No copy of it is known.</p>}
        <ul data-testid="where-copies" className="flex flex-col gap-2">
          {of.copies.map((copy) => (
            <li key={`${copy.url} ${copy.key}`} className="rounded-lg border border-line px-3 py-2">
              <PathText path={copy.key} />
              <p className="break-words text-muted">
                {copy.destination}
                {copy.of && <> · copy of {copy.of}</>}
              </p>
              <p className={copy.grade ? "text-good" : "text-muted"}>
                {copy.grade
                  ? `${sentence(PROOF[copy.grade] ?? copy.grade)}, ${dateTime(copy.verifiedAt)}`
                  : "Not verified"}
              </p>
            </li>
          ))}
        </ul>
        {of.copies.length > 0 && <CopyView key={of.fileId} file={of.fileId} gone={of.gone} />}
      </Part>
      <Part title="What it is">
        <Facts of={of} />
      </Part>
      {companions.length > 0 && (
        <Part title="Belongs together with">
          <Names files={companions} onAsk={onAsk} />
        </Part>
      )}
      {of.sameBytes.length > 0 && (
        <Part title="The same bytes lie in">
          <Names files={of.sameBytes} onAsk={onAsk} />
        </Part>
      )}
      {of.groups.map((group, place) => (
        <Part key={place} title={group.decidedAt ? `Duplicates, decided ${dateTime(group.decidedAt)}` : "Duplicates"}>
          <ul className="flex flex-col gap-1">
            {group.members.map((member) => (
              <li key={member.assetId} className="flex justify-between gap-3">
                <PathText path={member.path} />
                <span className="shrink-0 text-muted">
                  {member.keep ? "stays" : group.status === "open" ? "proposed to go" : "set aside"}
                </span>
              </li>
            ))}
          </ul>
        </Part>
      ))}
    </div>
  );
}

function Facts({ of }: { of: Provenance }) {
  const offset = of.offsetMinutes;
  const zone =
    offset === null
      ? ""
      : ` UTC${offset < 0 ? "−" : "+"}${String(Math.floor(Math.abs(offset) / 60)).padStart(2, "0")}:${String(Math.abs(offset) % 60).padStart(2, "0")}`;
  const facts: [string, ReactNode][] = [
    ["Taken", of.captured && `${fact(of.captured)}${zone}, ${DATED[of.dateSource ?? ""] ?? "unknown"}`],
    ["Modified", of.modified && dateTime(of.modified)],
    ["Camera", of.camera],
    ["Place", of.north !== null && of.east !== null && `${of.north}° N, ${of.east}° E`],
    ["SHA-256", of.sha256 && <code className="font-mono text-xs break-all">{of.sha256}</code>],
    ["Path’s bytes", of.fromBytes && <code className="font-mono text-xs break-all">{of.fromBytes}</code>],
  ];
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="break-words">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Names({ files, onAsk }: { files: NamedFile[]; onAsk: (file: number) => void }) {
  return (
    <ul className="flex flex-col gap-1">
      {files.map((file) => (
        <li key={file.fileId}>
          <button
            type="button"
            onClick={() => onAsk(file.fileId)}
            className="flex w-full min-w-0 gap-2 rounded-md text-left hover:bg-sunken"
          >
            <PathText path={file.path} />
            {file.gone && <span className="shrink-0 text-muted">not there any more</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}
