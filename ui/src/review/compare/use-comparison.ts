// What the catalog knows of the two themselves: their fields, and what they are to each other where neither is the keeper.
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { AppError, Comparison, Member, Relation } from "../../ipc";
import { useIpc } from "../../shared/ipc";
import { keys } from "../../shared/queries";
import { combined } from "./geometry";

/** Of the right one to the left one. */
export type Between = { relation: Relation; distance: number | null; turn: number };

export function useComparison(left: number, right: number): UseQueryResult<Comparison, AppError> {
  const ipc = useIpc();
  return useQuery<Comparison, AppError>({
    queryKey: [...keys.compare, left, right],
    queryFn: () => ipc.compare(left, right),
  });
}

const isKeeper = (member: Member) => member.relation === "keeper";

/** Null where one of them is the keeper, to whom every member was measured, or where the two were not. */
export function betweenTwo(left: Member, right: Member, comparison: Comparison | undefined): Between | null {
  if (isKeeper(left) || isKeeper(right) || !comparison?.relation) return null;
  const { relation, distance, turn } = comparison;
  return { relation, distance, turn };
}

/** How each is turned to lie as the keeper does; the right one by way of the left one where that was measured. */
export const turnsOf = (left: Member, right: Member, between: Between | null): [number, number] => [
  left.turn,
  between ? combined(left.turn, between.turn) : right.turn,
];
