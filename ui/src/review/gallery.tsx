// The list of groups as a grid of rows: only the rows in view exist, whatever the number of groups. Holds the focus and the keys.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { AppError, Decision, Group, GroupPage, GroupQuery } from "../ipc";
import { useIpc } from "../shared/ipc";
import { PAGE, usePaged } from "../shared/paged";
import { keys } from "../shared/queries";
import { Skeleton } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { ErrorBox } from "../shared/ui/error-box";
import { Compare } from "./compare";
import { GroupRow } from "./group-row";
import { useDraft } from "./use-draft";
import { useGalleryKeys } from "./use-gallery-keys";
import type { Review } from "./use-review";

const ROW = 276;
type Query = Pick<GroupQuery, "kind" | "status" | "sort">;

export function Gallery({ query, review, empty }: { query: Query; review: Review; empty: ReactNode }) {
  const ipc = useIpc();
  const scroller = useRef<HTMLDivElement>(null);
  const [focus, setFocus] = useState({ row: 0, member: 0 });
  const [comparing, setComparing] = useState<{ group: Group; member: number } | null>(null);
  const key = [...keys.groups, query];

  const first = useQuery<GroupPage, AppError>({
    queryKey: [...key, 0],
    queryFn: () => ipc.groups({ ...query, offset: 0, limit: PAGE }),
    placeholderData: keepPreviousData,
  });
  const total = first.data?.total ?? 0;
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 2,
    initialRect: { width: 900, height: 600 },
  });
  const items = rows.getVirtualItems();
  const paged = usePaged<Group>(
    key,
    (offset, limit) => ipc.groups({ ...query, offset, limit }),
    items[0]?.index ?? 0,
    items.at(-1)?.index ?? 0,
  );

  const row = Math.min(focus.row, Math.max(0, total - 1));
  const draft = useDraft(review);
  const stored = paged.row(row);
  const group = stored && draft.shown(stored);
  const member = Math.min(focus.member, group ? group.members.length - 1 : 0);

  const toGrid = () => scroller.current?.focus({ preventScroll: true });
  const goTo = (nextRow: number, nextMember = 0) => {
    const target = draft.leaveFor(Math.max(0, Math.min(total - 1, nextRow)));
    setFocus({ row: target, member: Math.max(0, nextMember) });
    rows.scrollToIndex(target, { align: "auto" });
    toGrid();
  };

  /** In a list of open groups the decided one leaves and the next takes its place; elsewhere the focus moves on. */
  const decide = (target: Group, decision: Decision) => {
    if (draft.has(target)) draft.discard();
    void review.decide(target, decision);
    if (query.status === null && target.id === group?.id) goTo(row + 1);
    toGrid();
  };

  const toggle = (target: Group, index: number, assetId: number) => {
    const leaves = query.status !== null && query.status !== "decided";
    if (leaves) draft.toggle(target, index, assetId);
    else void review.toggle(target, assetId);
    toGrid();
  };

  useGalleryKeys(comparing === null && total > 0, {
    move: (by) => goTo(row + by),
    edge: (end) => goTo(end ? total - 1 : 0),
    member: (by) => group && setFocus({ row, member: Math.max(0, Math.min(group.members.length - 1, member + by)) }),
    accept: () => group && decide(group, draft.accepted(group)),
    toggle: () => group && toggle(group, row, group.members[member].assetId),
    discard: draft.discard,
    notDuplicates: () => group && decide(group, { kind: "notDuplicates" }),
    later: () => group && decide(group, { kind: "later" }),
    compare: () => group && setComparing({ group, member }),
  });

  useEffect(() => {
    if (total > 0 && document.activeElement === document.body) scroller.current?.focus({ preventScroll: true });
  }, [total]);

  const error = first.error ?? paged.error;
  if (error)
    return (
      <ErrorBox error={error}>
        <Button onClick={() => void first.refetch().then(paged.refetch)}>Try again</Button>
      </ErrorBox>
    );
  if (first.data && total === 0) return <>{empty}</>;
  return (
    <>
      <div
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label="Groups of duplicates"
        aria-rowcount={total}
        aria-activedescendant={group ? `member-${group.members[member].assetId}` : undefined}
        data-testid="gallery"
        className="group/grid min-h-0 flex-1 overflow-y-auto rounded-xl outline-none"
      >
        {!first.data && <Skeleton className="h-72 rounded-xl" />}
        <div className="relative" style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const base = paged.row(index);
            const rowGroup = base && draft.shown(base);
            return (
              <div
                key={index}
                role="row"
                aria-rowindex={index + 1}
                className="absolute inset-x-0 top-0 pr-1.5 pb-3 pl-0.5"
                style={{ height: ROW, transform: `translateY(${start}px)` }}
              >
                {rowGroup ? (
                  <GroupRow
                    group={rowGroup}
                    draft={draft.has(rowGroup)}
                    focused={index === row ? member : null}
                    onFocus={(m) => {
                      setFocus({ row: draft.leaveFor(index), member: m });
                      toGrid();
                    }}
                    onAccept={() => decide(rowGroup, draft.accepted(rowGroup))}
                    onDecide={(decision) => decide(rowGroup, decision)}
                    onToggle={(assetId) => toggle(rowGroup, index, assetId)}
                    onCompare={() => setComparing({ group: rowGroup, member: index === row ? member : 0 })}
                  />
                ) : (
                  <Skeleton className="h-full rounded-xl" />
                )}
              </div>
            );
          })}
        </div>
      </div>
      {comparing && (
        <Compare
          group={comparing.group}
          member={comparing.member}
          onKeep={(assetIds) => {
            decide(comparing.group, { kind: "keep", assetIds });
            setComparing(null);
          }}
          onClose={() => {
            setComparing(null);
            requestAnimationFrame(toGrid);
          }}
        />
      )}
    </>
  );
}
