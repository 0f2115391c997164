// The XMP files of a plan: how many photos get one, and for a chosen photo what is in it and who says so.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AppError, PlanSummary, XmpFact, XmpPage, XmpRow, XmpSummary } from "../ipc";
import { useDebounced } from "../shared/debounced";
import { count, plural } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { keys } from "../shared/queries";
import { PathText, Skeleton } from "../shared/ui/bits";
import { Card, CardTitle } from "../shared/ui/card";
import { ErrorBox } from "../shared/ui/error-box";
import { inputLook } from "../shared/ui/field";

/** Photos to choose from; the search finds the others. */
const SHOWN = 50;

const WHAT: Record<XmpFact["what"], string> = {
  title: "Title",
  caption: "Caption",
  rating: "Stars",
  favorite: "Favorite",
  keyword: "Keyword",
  tag: "Tag",
  person: "Person",
  album: "Album",
  date: "Taken",
  place: "Place",
};

/** What becomes of the photos that get none, in sentences. */
export function notes(xmp: XmpSummary): string[] {
  const have = (n: number) => plural(n, "photo has", "photos have");
  const said: [number, string][] = [
    [xmp.written, `${count(xmp.written)} of them are written.`],
    [xmp.failed, `${count(xmp.failed)} of them could not be written; move again to try once more.`],
    [xmp.there, `${have(xmp.there)} one from an earlier move.`],
    [
      xmp.outdated,
      `${have(xmp.outdated)} one from an earlier move that would say other things today. It stays as it is.`,
    ],
    [xmp.own, `${have(xmp.own)} an XMP file of their own, which is copied and not changed.`],
    [xmp.ownLacks, `Of ${count(xmp.ownLacks)} of these more is known than their own file says.`],
    [xmp.taken, `${plural(xmp.taken, "photo gets", "photos get")} none: something else has its name.`],
  ];
  return said.filter(([n]) => n > 0).map(([, words]) => words);
}

function Facts({ row }: { row: XmpRow }) {
  return (
    <div className="min-w-0" data-testid="xmp-facts">
      <p className="selectable text-[13px] text-muted">
        <PathText path={row.to} />
      </p>
      {row.why && <p className="mt-1 text-[13px] text-muted">{row.why}</p>}
      <dl className="mt-3 flex flex-col gap-2 text-[13px]">
        {row.facts.map((fact) => (
          <div key={`${fact.what} ${fact.text}`} className="grid grid-cols-[5rem_minmax(0,1fr)] gap-x-3">
            <dt className="text-muted">{WHAT[fact.what]}</dt>
            <dd className="selectable max-h-40 overflow-y-auto break-words whitespace-pre-line">{fact.text}</dd>
            <dd className="col-start-2 min-w-0 text-faint">
              {fact.inPhoto ? "in the photo itself" : <PathText path={fact.from} />}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

export function XmpCard({ plan, xmp }: { plan: PlanSummary; xmp: XmpSummary }) {
  const ipc = useIpc();
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<number | null>(null);
  const wanted = useDebounced(search.trim());
  const page = useQuery<XmpPage, AppError>({
    queryKey: [...keys.xmpRows, plan.createdAt, wanted],
    queryFn: () => ipc.xmpRows({ search: wanted, offset: 0, limit: SHOWN }),
    // Whoever types goes on typing while the answer is on its way.
    placeholderData: keepPreviousData,
  });
  const rows = page.data?.rows ?? [];
  const row = rows.find((one) => one.id === chosen) ?? rows[0];
  return (
    <Card className="p-5" data-testid="xmp-card">
      <CardTitle>XMP files</CardTitle>
      <p>
        <span className="text-2xl font-semibold tracking-tight">{count(xmp.write)}</span> of the photos get an XMP file
        beside their copy.
      </p>
      <ul className="mt-2 flex flex-col gap-1 text-[13px] text-muted">
        {notes(xmp).map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      {page.error && <ErrorBox error={page.error} />}
      {page.isPending && <Skeleton className="mt-4 h-24" />}
      {page.data && (page.data.total > 0 || wanted) && (
        <div className="mt-4 grid gap-x-6 gap-y-3 lg:grid-cols-[minmax(0,18rem)_minmax(0,1fr)]">
          <div className="min-w-0">
            <input
              type="search"
              aria-label="Search in photos and in what is known of them"
              placeholder="Search photos, people, keywords"
              value={search}
              onChange={(e) => setSearch(e.target.value)}
              className={inputLook}
            />
            <ul className="mt-2 max-h-64 overflow-y-auto text-[13px]" aria-label="Photos of which something is known">
              {rows.map((one) => (
                <li key={one.id}>
                  <button
                    type="button"
                    data-testid="xmp-row"
                    aria-pressed={one.id === row?.id}
                    onClick={() => setChosen(one.id)}
                    className="w-full truncate rounded-md px-2 py-1 text-left hover:bg-sunken aria-pressed:bg-sunken aria-pressed:font-medium"
                  >
                    {one.from.split("/").at(-1)}
                  </button>
                </li>
              ))}
            </ul>
            {page.data.total > rows.length && (
              <p className="mt-1 px-2 text-[13px] text-faint">
                {count(page.data.total - rows.length)} more: search for them.
              </p>
            )}
            {page.data.total === 0 && <p className="p-2 text-[13px] text-muted">No photo matches.</p>}
          </div>
          {row && <Facts row={row} />}
        </div>
      )}
    </Card>
  );
}
