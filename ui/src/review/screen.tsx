// Step 2: look through the groups and say what to keep. Decisions only say what is copied; no photo is touched.
import { CircleCheckBig, Images, SearchX } from "lucide-react";
import { useState } from "react";
import type { ReviewTotals } from "../ipc";
import { bytes, plural } from "../shared/format";
import { useBusy, useJob } from "../shared/job";
import { useFirstLook, useTotals } from "../shared/queries";
import { isScanned, type ScreenProps } from "../shared/steps";
import { Empty } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { ErrorBox } from "../shared/ui/error-box";
import { Notice } from "../shared/ui/notice";
import { Screen } from "../shared/ui/screen";
import { BulkMenu } from "./bulk/menu";
import { conditions, FIRST_QUERY, type ListQuery, withoutMore } from "./filter";
import { FilterBar } from "./filters/bar";
import { Conditions } from "./filters/conditions";
import { Found } from "./filters/found";
import { MoreFilters } from "./filters/more";
import { FirstLookRows } from "./first-look";
import { Gallery, GallerySkeleton } from "./gallery";
import { SortSelect } from "./sort-select";
import { ReviewToolbar } from "./toolbar";
import { useAnswered } from "./use-list";
import { type Place, useKeepPlace, useStoredPlace } from "./use-place";
import { useReview } from "./use-review";

const TITLE = "Review duplicates";

function SetAside({ totals }: { totals: ReviewTotals }) {
  return (
    <span data-testid="set-aside">
      You set aside{" "}
      <strong className="text-ink">
        {plural(totals.setAsideAssets, "photo")}, {bytes(totals.setAsideBytes)}
      </strong>
      . They stay in their folders; they are just not copied.
    </span>
  );
}

type NothingProps = Pick<ScreenProps, "go"> & {
  query: ListQuery;
  totals: ReviewTotals | undefined;
  onClear: () => void;
};

/** Why the list is empty, and what to do then. */
function Nothing({ query, totals, go, onClear }: NothingProps) {
  const filtered = conditions(query, undefined).length > 0 || query.kind !== null;
  const done = !filtered && query.status === "open";
  const Icon = filtered ? SearchX : CircleCheckBig;
  const decided = totals ? totals.decided + totals.notDuplicates : 0;
  return (
    <Empty
      icon={<Icon size={40} strokeWidth={1.5} aria-hidden className={done ? "text-good" : ""} />}
      title={done ? "All looked through" : "No groups here"}
      action={
        done && totals?.open === 0 ? (
          <Button variant="primary" onClick={() => go("destination")}>
            Choose a destination
          </Button>
        ) : filtered ? (
          <Button onClick={onClear}>Take all filters off</Button>
        ) : undefined
      }
    >
      {done
        ? `${plural(decided, "group")} decided. You can change any of them: choose “Decided” above.`
        : filtered
          ? "No group meets all the filters in force."
          : "Choose another status above."}
    </Empty>
  );
}

export function ReviewScreen(props: ScreenProps) {
  const place = useStoredPlace();
  if (place) return <Review {...props} start={place} />;
  return (
    <Screen step="review" title={TITLE} fill>
      <GallerySkeleton />
    </Screen>
  );
}

function Review({ snapshot, go, start }: ScreenProps & { start: Place }) {
  const [first] = useState(start);
  const [query, setQuery] = useState<ListQuery>(first.query);
  const shown = useAnswered(query);
  const waiting = shown !== query;
  const { onRow } = useKeepPlace(query, first.row);
  const change = (part: Partial<ListQuery>) => setQuery((was) => ({ ...was, ...part }));
  const { data: totals, error, refetch } = useTotals();
  const review = useReview();
  const busy = useBusy();
  const scanning = useJob("scan") !== null && busy;
  const grouping = useJob("group") !== null && busy;

  const tools = (
    <ReviewToolbar totals={totals} review={review} onShowFolders={(folders) => setQuery({ ...FIRST_QUERY, folders })} />
  );

  const { data: look } = useFirstLook(scanning);
  const groups = totals ? totals.exact + totals.similar + totals.burst : 0;
  if (totals && groups === 0) {
    const working = scanning || grouping;
    if (working && look && look.groups > 0) {
      return (
        <Screen step="review" title="Review">
          <FirstLookRows look={look} />
        </Screen>
      );
    }
    return (
      <Screen step="review" title="Review" actions={isScanned(snapshot) ? tools : undefined}>
        <Empty
          icon={<Images size={40} strokeWidth={1.5} aria-hidden />}
          title={working ? "Still reading" : isScanned(snapshot) ? "No duplicates" : "Nothing to review yet"}
          action={
            <Button variant="primary" onClick={() => go(isScanned(snapshot) ? "destination" : "sources")}>
              {isScanned(snapshot) ? "Choose a destination" : "Go to Sources"}
            </Button>
          }
        >
          {working
            ? "Groups of duplicates appear here when the job is done."
            : isScanned(snapshot)
              ? "Every photo is there once, as far as the similarity setting tells."
              : "Add folders and scan them; groups of duplicates appear here."}
        </Empty>
      </Screen>
    );
  }

  return (
    <Screen
      step="review"
      title={TITLE}
      lead={
        totals && totals.setAsideAssets > 0 ? (
          <SetAside totals={totals} />
        ) : (
          "Choose what to keep. What you set aside stays in its folder; it is just not copied."
        )
      }
      fill
      actions={tools}
    >
      {error && (
        <ErrorBox error={error}>
          <Button onClick={() => refetch()}>Try again</Button>
        </ErrorBox>
      )}
      <div className="mb-3 space-y-2">
        <FilterBar query={query} totals={totals} onChange={change} />
        <div className="flex flex-wrap items-center justify-end gap-2">
          <Found query={shown} waiting={waiting} />
          <MoreFilters query={query} onChange={change} />
          <SortSelect query={query} onChange={change} />
          <BulkMenu query={shown} review={review} waiting={waiting} />
        </div>
        <Conditions query={query} onChange={change} />
        {grouping && (
          <Notice data-testid="grouping">
            Albumen groups anew. Until it is done you see the groups as they were. You can go on: your decisions stay.
          </Notice>
        )}
      </div>
      <Gallery
        key={JSON.stringify(shown)}
        query={shown}
        review={review}
        start={shown === first.query ? first.row : 0}
        onRow={onRow}
        waiting={waiting}
        empty={
          <Nothing
            query={shown}
            totals={totals}
            go={go}
            onClear={() => setQuery({ ...withoutMore(shown), kind: null })}
          />
        }
      />
    </Screen>
  );
}
