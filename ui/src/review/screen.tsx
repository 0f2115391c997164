// Step 2: look through the groups and say what to keep. Decisions only say what is copied; no photo is touched.
import { CircleCheckBig, Images } from "lucide-react";
import { useState } from "react";
import type { GroupKind, GroupQuery, GroupStatus, ReviewTotals } from "../ipc";
import { bytes, count, plural } from "../shared/format";
import { useBusy, useJob } from "../shared/job";
import { useTotals } from "../shared/queries";
import { isScanned, type ScreenProps } from "../shared/steps";
import { Empty } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { Chips } from "../shared/ui/chips";
import { ErrorBox } from "../shared/ui/error-box";
import { Screen } from "../shared/ui/screen";
import { Gallery } from "./gallery";
import { SortSelect } from "./sort-select";
import { ReviewToolbar } from "./toolbar";
import { useReview } from "./use-review";

type Filter = { kind: GroupKind | "all"; status: GroupStatus | "all"; sort: GroupQuery["sort"] };

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

export function ReviewScreen({ snapshot, go }: ScreenProps) {
  const [filter, setFilter] = useState<Filter>({ kind: "all", status: "open", sort: "size" });
  const { data: totals, error, refetch } = useTotals();
  const review = useReview();
  const busy = useBusy();
  const scanning = useJob("scan") !== null && busy;

  const groups = totals ? totals.exact + totals.similar : 0;
  if (totals && groups === 0) {
    return (
      <Screen step="review" title="Review">
        <Empty
          icon={<Images size={40} strokeWidth={1.5} aria-hidden />}
          title={isScanned(snapshot) ? "No duplicates" : scanning ? "Still reading" : "Nothing to review yet"}
          action={
            <Button variant="primary" onClick={() => go(isScanned(snapshot) ? "destination" : "sources")}>
              {isScanned(snapshot) ? "Choose a destination" : "Go to Sources"}
            </Button>
          }
        >
          {isScanned(snapshot)
            ? "Every photo is there once."
            : scanning
              ? "Groups of duplicates appear here when the scan is done."
              : "Add folders and scan them; groups of duplicates appear here."}
        </Empty>
      </Screen>
    );
  }

  const query = {
    kind: filter.kind === "all" ? null : filter.kind,
    status: filter.status === "all" ? null : filter.status,
    sort: filter.sort,
  };
  return (
    <Screen
      step="review"
      title="Review duplicates"
      lead={
        totals && totals.setAsideAssets > 0 ? (
          <SetAside totals={totals} />
        ) : (
          "Choose what to keep. What you set aside stays in its folder; it is just not copied."
        )
      }
      fill
      actions={
        <ReviewToolbar totals={totals} review={review}>
          <SortSelect value={filter.sort} onChange={(sort) => setFilter({ ...filter, sort })} />
        </ReviewToolbar>
      }
    >
      {error && (
        <ErrorBox error={error}>
          <Button onClick={() => refetch()}>Try again</Button>
        </ErrorBox>
      )}
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <Chips
          label="Kind of group"
          value={filter.kind}
          onChange={(kind) => setFilter({ ...filter, kind })}
          options={[
            { value: "all", label: "All" },
            { value: "exact", label: "Exact", number: totals?.exact },
            { value: "similar", label: "Similar", number: totals?.similar },
          ]}
        />
        <Chips
          label="State of group"
          value={filter.status}
          onChange={(status) => setFilter({ ...filter, status })}
          options={[
            { value: "open", label: "Open", number: totals?.open },
            { value: "decided", label: "Decided", number: totals?.decided },
            { value: "later", label: "Later", number: totals?.later },
            { value: "notDuplicates", label: "Not duplicates", number: totals?.notDuplicates },
            { value: "all", label: "All" },
          ]}
        />
      </div>
      <Gallery
        key={JSON.stringify(query)}
        query={query}
        review={review}
        empty={
          <Empty
            icon={
              <CircleCheckBig
                size={40}
                strokeWidth={1.5}
                aria-hidden
                className={filter.status === "open" ? "text-good" : ""}
              />
            }
            title={filter.status === "open" ? "All looked through" : "No groups here"}
            action={
              filter.status === "open" && totals?.open === 0 ? (
                <Button variant="primary" onClick={() => go("destination")}>
                  Choose a destination
                </Button>
              ) : undefined
            }
          >
            {filter.status === "open"
              ? `${totals ? count(totals.decided + totals.notDuplicates) : ""} groups decided. You can change any of them: choose “Decided” above.`
              : "Choose another filter above."}
          </Empty>
        }
      />
    </Screen>
  );
}
