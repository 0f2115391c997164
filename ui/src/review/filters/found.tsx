// What the filter found, always in sight: how many groups, and what accepting them would leave out.
import type { GroupPage } from "../../ipc";
import { bytes, plural } from "../../shared/format";
import { Skeleton } from "../../shared/ui/bits";
import type { ListQuery } from "../filter";
import { useFirstPage } from "../use-list";

export function Found({ query, waiting }: { query: ListQuery; waiting: boolean }) {
  const { data, error } = useFirstPage(query);
  return (
    <div
      role="status"
      data-testid="found"
      className={`mr-auto text-[13px] text-muted ${waiting ? "opacity-50 transition-opacity delay-150" : ""}`}
    >
      {data ? <Figures {...data} /> : !error && <Skeleton className="h-5 w-52" />}
    </div>
  );
}

function Figures({ total, reclaimBytes, reclaimAssets }: GroupPage) {
  return (
    <>
      <strong className="font-semibold text-ink">{plural(total, "group")}</strong>
      {total > 0 &&
        (reclaimAssets > 0 ? (
          <>
            {" · accepting would not copy "}
            <strong className="font-semibold text-ink">
              {plural(reclaimAssets, "photo")}, {bytes(reclaimBytes)}
            </strong>
          </>
        ) : (
          " · nothing is suggested to be set aside"
        ))}
    </>
  );
}
