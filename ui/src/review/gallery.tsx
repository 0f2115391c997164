// The list of groups as a grid of rows: only the rows in view exist, whatever the number of groups. Holds the focus and the keys.
import { useQueryClient } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Decision, Group, GroupPage } from "../ipc";
import { count } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { usePaged } from "../shared/paged";
import { Skeleton } from "../shared/ui/bits";
import { Button } from "../shared/ui/button";
import { ErrorBox } from "../shared/ui/error-box";
import { useWidth } from "../shared/use-width";
import { leaves } from "./choice";
import { Compare } from "./compare";
import type { ListQuery } from "./filter";
import { GroupRow } from "./group-row";
import { useHints } from "./keys/use-keymap";
import type { RowActions } from "./row-actions";
import { useCareful } from "./use-careful";
import { useCompare } from "./use-compare";
import { useDraft } from "./use-draft";
import { useGalleryKeys } from "./use-gallery-keys";
import { listKey, useFirstPage } from "./use-list";
import type { Review } from "./use-review";
import { useStable } from "./use-stable";
import { KIND } from "./words";

const ROW = 292;
/** What the row's own margins and borders take of the width. */
const SIDES = 10;

export function GallerySkeleton() {
  return (
    <div className="space-y-3 pr-1.5" data-testid="gallery-skeleton">
      <Skeleton className="h-70 rounded-xl" />
      <Skeleton className="h-70 rounded-xl" />
    </div>
  );
}

type Props = {
  query: ListQuery;
  review: Review;
  empty: ReactNode;
  /** The row to start at. */
  start: number;
  onRow: (row: number) => void;
  /** Another list is on its way: this one stays in sight until then, but nothing can be done in it. */
  waiting: boolean;
};

export function Gallery({ query, review, empty, start, onRow, waiting }: Props) {
  const ipc = useIpc();
  const client = useQueryClient();
  // As state, not as a ref: it comes and goes with an empty list, and its width is followed.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const [focus, setFocus] = useState({ row: start, member: 0 });
  const { hint } = useHints();

  const width = useWidth(scroller) - SIDES;
  const first = useFirstPage(query);
  const total = first.data?.total ?? 0;
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller,
    estimateSize: () => ROW,
    overscan: 1,
    initialRect: { width: 900, height: 600 },
  });
  const items = rows.getVirtualItems();
  const paged = usePaged<Group>(
    listKey(query),
    (offset, limit) => ipc.groups({ ...query, offset, limit }),
    items[0]?.index ?? 0,
    items.at(-1)?.index ?? 0,
  );

  const row = Math.min(focus.row, Math.max(0, total - 1));
  const draft = useDraft(review);
  const shownAt = (index: number): Group | undefined => {
    const stored = paged.row(index);
    return stored && draft.shown(stored);
  };
  const group = shownAt(row);
  const member = Math.min(focus.member, group ? group.members.length - 1 : 0);

  // Asking for the focus again would make the browser lay the page out at every key.
  const toGrid = () => {
    if (document.activeElement !== scroller) scroller?.focus({ preventScroll: true });
  };
  const showRow = (wanted: number) => {
    const target = draft.leaveFor(Math.max(0, Math.min(total - 1, wanted)));
    setFocus({ row: target, member: 0 });
    rows.scrollToIndex(target, { align: "auto" });
  };
  const goTo = (wanted: number) => {
    showRow(wanted);
    toGrid();
  };

  /** False for a group that was just decided but is still drawn: the second of two fast presses is not for it. */
  const isThere = ({ id }: Group) =>
    client
      .getQueriesData<GroupPage>({ queryKey: listKey(query) })
      .some(([, page]) => page?.rows.some((stored) => stored.id === id));
  const store = (target: Group, decision: Decision) => {
    if (draft.has(target)) draft.discard();
    void review.decide(target, decision);
  };
  /** In a list of open groups the decided one leaves and the next takes its place; elsewhere the focus moves on. */
  const decide = (target: Group | undefined, decision: Decision) => {
    if (!target || !isThere(target)) return;
    store(target, decision);
    if (query.status === null && target.id === group?.id) goTo(row + 1);
    toGrid();
  };

  const keepOnly = useCareful(decide);
  const toggle = (index: number, place: number) => {
    const target = shownAt(index);
    if (!target) return;
    const { assetId } = target.members[place];
    if (leaves(query.status, { kind: "keep", assetIds: [assetId] })) draft.toggle(target, index, assetId);
    else void review.toggle(target, assetId);
    toGrid();
  };

  const accept = (index: number) => {
    const target = shownAt(index);
    if (target) decide(target, draft.accepted(target));
  };

  const comparing = useCompare({
    list: {
      total,
      at: shownAt,
      find: (id) => paged.find((stored) => stored.id === id),
      settled: paged.settled && !first.isFetching,
    },
    row,
    showRow,
    leaves: (decision) => leaves(query.status, decision),
    decide: store,
    review,
    onClose: () => requestAnimationFrame(toGrid),
  });
  const compare = (index: number) => {
    const target = shownAt(index);
    if (target) comparing.start(target, index === row ? member : 0);
  };

  const actions = useStable<RowActions>({
    focus: (index, place) => {
      setFocus({ row: draft.leaveFor(index), member: place });
      toGrid();
    },
    accept,
    decide: (index, decision) => decide(shownAt(index), decision),
    toggle,
    keepOnly: (index, place) => {
      const target = shownAt(index);
      if (target) keepOnly(target, { kind: "keep", assetIds: [target.members[place].assetId] });
    },
    compare,
  });

  useGalleryKeys(!comparing.isOpen && !waiting && total > 0, {
    move: (by) => goTo(row + by),
    edge: (end) => goTo(end ? total - 1 : 0),
    member: (by) => group && setFocus({ row, member: Math.max(0, Math.min(group.members.length - 1, member + by)) }),
    accept: () => accept(row),
    toggle: () => toggle(row, member),
    discard: draft.discard,
    notDuplicates: () => decide(group, { kind: "notDuplicates" }),
    onlyKeeper: () => keepOnly(group, { kind: "keepOnlyKeeper" }),
    later: () => decide(group, { kind: "later" }),
    compare: () => compare(row),
  });

  const placed = useRef(start === 0);
  useLayoutEffect(() => {
    if (placed.current || total === 0 || !scroller) return;
    placed.current = true;
    rows.scrollToIndex(row, { align: "center" });
  });
  useEffect(() => {
    if (total > 0) onRow(row);
  }, [row, total, onRow]);
  useEffect(() => {
    if (total > 0 && document.activeElement === document.body) scroller?.focus({ preventScroll: true });
  }, [total, scroller]);

  const dimmed = waiting ? "pointer-events-none opacity-50 transition-opacity delay-150" : "";
  const error = first.error ?? paged.error;
  if (error)
    return (
      <ErrorBox error={error}>
        <Button onClick={() => void first.refetch().then(paged.refetch)}>Try again</Button>
      </ErrorBox>
    );
  if (first.data && total === 0) return <div className={dimmed}>{empty}</div>;
  return (
    <>
      <div
        ref={setScroller}
        role="grid"
        tabIndex={0}
        aria-label="Groups of duplicates"
        aria-rowcount={total}
        aria-busy={waiting || !first.data}
        aria-activedescendant={group ? `member-${group.members[member].assetId}` : undefined}
        data-testid="gallery"
        className={`group/grid min-h-0 flex-1 overflow-y-auto rounded-xl outline-none ${dimmed}`}
      >
        {!first.data && <GallerySkeleton />}
        <div className="relative" style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const rowGroup = shownAt(index);
            return (
              <div
                key={index}
                role="row"
                aria-rowindex={index + 1}
                aria-label={
                  rowGroup &&
                  `Group ${count(index + 1)} of ${count(total)}, ${KIND[rowGroup.kind]}${rowGroup.sure || rowGroup.kind === "burst" ? "" : ", you decide"}`
                }
                className="absolute inset-x-0 top-0 pr-1.5 pb-3 pl-0.5"
                style={{ height: ROW, transform: `translateY(${start}px)` }}
              >
                {rowGroup ? (
                  <GroupRow
                    group={rowGroup}
                    row={index}
                    width={width}
                    draft={draft.has(rowGroup)}
                    focused={index === row ? member : null}
                    actions={actions}
                    hint={hint}
                  />
                ) : (
                  <Skeleton className="h-full rounded-xl" />
                )}
              </div>
            );
          })}
        </div>
      </div>
      {comparing.shown && <Compare {...comparing.shown} />}
    </>
  );
}
