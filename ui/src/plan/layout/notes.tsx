// What a layout does to names, in plain words: which collide, which are cut, which photos lack a word.
import { ArrowRight, Info, ShieldCheck, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { LayoutMissing, LayoutPreview, LayoutSample } from "../../ipc";
import { plural } from "../../shared/format";
import { PathText } from "../../shared/ui/bits";
import { lacking } from "./words";

const photos = (n: number) => plural(n, "photo");
const have = (n: number) => (n === 1 ? "has" : "have");

const MARK = {
  safe: <ShieldCheck size={15} aria-hidden className="mt-0.5 shrink-0 text-good" />,
  info: <Info size={15} aria-hidden className="mt-0.5 shrink-0 text-faint" />,
  warn: <TriangleAlert size={15} aria-hidden className="mt-0.5 shrink-0 text-warn" />,
};

function Note({ tone = "info", name, children }: { tone?: keyof typeof MARK; name: string; children: ReactNode }) {
  return (
    <li className="flex gap-2" data-testid={`layout-${name}`}>
      {MARK[tone]}
      <div className="min-w-0 flex-1">{children}</div>
    </li>
  );
}

export function Samples({ samples, label }: { samples: LayoutSample[]; label: string }) {
  return (
    <ul aria-label={label} className="selectable divide-y divide-line text-[13px]">
      {samples.map((sample) => (
        <li
          key={sample.from}
          className="grid grid-cols-1 items-center gap-x-3 py-1.5 sm:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)]"
        >
          <PathText path={sample.from} />
          <ArrowRight size={14} aria-label="becomes" className="hidden text-faint sm:block" />
          {sample.to && <PathText path={sample.to} className="font-medium" />}
        </li>
      ))}
    </ul>
  );
}

function Lack({ missing: { words, photos: many, word, text } }: { missing: LayoutMissing }) {
  const instead = word ? (
    <>: the {word} stands for it.</>
  ) : text ? (
    <>
      : they go to <span className="text-ink">“{text}”</span>.
    </>
  ) : (
    <>: that part is left out.</>
  );
  return (
    <>
      {photos(many)} {have(many)} {lacking(words)}
      {instead}
    </>
  );
}

export function LayoutNotes({ preview: p }: { preview: LayoutPreview }) {
  const { collisions, shortened, refused } = p;
  const apart = p.isNumbered
    ? "Every photo gets a number of its own in its folder, by date, when the plan is made. What is there already keeps its number."
    : "No two photos want the same name.";
  return (
    <ul aria-label="What becomes of the names" className="flex flex-col gap-2 text-[13px] text-muted">
      {refused.photos > 0 && (
        <Note name="refused" tone="warn">
          {photos(refused.photos)} would get no name: the destination takes none that long. Choose a shorter layout.
          <Samples label="Photos without a name" samples={refused.examples} />
        </Note>
      )}
      {collisions.photos > 0 ? (
        <Note name="collisions" tone="safe">
          {photos(collisions.photos)} {have(collisions.photos)} the name of another one in the same folder. Both are
          kept: the second gets a few signs of its own.
          <Samples label="Names that are changed" samples={collisions.examples} />
        </Note>
      ) : (
        p.photos > 0 && (
          <Note name="apart" tone="safe">
            {apart}
          </Note>
        )
      )}
      {shortened.photos > 0 && (
        <Note name="shortened">
          {photos(shortened.photos)} {shortened.photos === 1 ? "gets" : "get"} a shorter name, because the destination
          takes no longer one.
          <Samples label="Names that are shortened" samples={shortened.examples} />
        </Note>
      )}
      {p.missing.map((missing) => (
        <Note key={`${missing.words} ${missing.word} ${missing.text}`} name="missing">
          <Lack missing={missing} />
        </Note>
      ))}
      {p.byFileTime > 0 && (
        <Note name="by-file-time">
          {photos(p.byFileTime)} {have(p.byFileTime)} no date of {p.byFileTime === 1 ? "its" : "their"} own: the time of
          the file stands for it.
        </Note>
      )}
      {p.unread > 0 && <Note name="unread">{photos(p.unread)} could not be read yet and are not counted here.</Note>}
      {p.kept > 0 && (
        <Note name="kept">
          {photos(p.kept)} {p.kept === 1 ? "is" : "are"} at the destination already and stay where they are.
        </Note>
      )}
      {p.photos < p.total && (
        <Note name="partly">
          Of the first {photos(p.photos)}; the plan looks at all {photos(p.total)}.
        </Note>
      )}
    </ul>
  );
}
