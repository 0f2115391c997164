// One decision for all groups shown. For more than one group it asks first.
import { Check, CheckCheck, ChevronDown, Clock, Split } from "lucide-react";
import { useState } from "react";
import type { GroupFilter } from "../../ipc";
import { plural } from "../../shared/format";
import { Button } from "../../shared/ui/button";
import { Menu, MenuItem } from "../../shared/ui/menu";
import { filterOf, type ListQuery } from "../filter";
import { useFirstPage } from "../use-list";
import type { Review } from "../use-review";
import { BulkDialog } from "./dialog";
import { type BulkKind, bulkDecision, bulkFilter, menuText, notCopied } from "./offer";

const HINT: Record<Exclude<BulkKind, "keepSuggested">, string> = {
  notDuplicates: "All their photos are kept.",
  later: "They wait under “Later”.",
};

type Props = {
  query: ListQuery;
  review: Review;
  /** Other groups are about to be shown. */
  waiting: boolean;
};

export function BulkMenu({ query, review, waiting }: Props) {
  const [asking, setAsking] = useState<BulkKind | null>(null);
  const filter = bulkFilter(filterOf(query));
  const found = useFirstPage({ ...query, ...filter }).data;
  const groups = found?.total ?? 0;

  const run = (kind: BulkKind, which: GroupFilter) => {
    setAsking(null);
    void review.decideAll(which, bulkDecision(kind));
  };
  const choose = (kind: BulkKind) => (groups > 1 ? setAsking(kind) : run(kind, filter));
  return (
    <>
      <Menu
        label="For all groups shown"
        trigger={
          <Button
            size="sm"
            data-testid="bulk-menu"
            disabled={groups === 0 || waiting}
            icon={<CheckCheck size={15} aria-hidden />}
          >
            {groups === 0
              ? "For all shown"
              : `For all ${plural(groups, query.status === null ? "open group" : "group")}`}
            <ChevronDown size={14} aria-hidden />
          </Button>
        }
      >
        <MenuItem
          testId="bulk-accept"
          icon={<Check size={16} aria-hidden />}
          onSelect={() => choose("keepSuggested")}
          hint={
            found && notCopied(found)
              ? `${notCopied(found)}; every file stays in its folder.`
              : "Nothing is suggested to be set aside: all photos are kept."
          }
        >
          {menuText("keepSuggested", groups)}
        </MenuItem>
        <MenuItem
          testId="bulk-not-duplicates"
          icon={<Split size={16} aria-hidden />}
          onSelect={() => choose("notDuplicates")}
          hint={HINT.notDuplicates}
        >
          {menuText("notDuplicates", groups)}
        </MenuItem>
        <MenuItem
          testId="bulk-later"
          icon={<Clock size={16} aria-hidden />}
          onSelect={() => choose("later")}
          hint={HINT.later}
        >
          {menuText("later", groups)}
        </MenuItem>
      </Menu>
      {asking && (
        <BulkDialog
          kind={asking}
          filter={filter}
          onConfirm={(which) => run(asking, which)}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}
