// What can be done in a row of the gallery, by the row's place and the member's place in it.
import type { Decision } from "../ipc";

export type RowActions = {
  focus: (row: number, member: number) => void;
  accept: (row: number) => void;
  decide: (row: number, decision: Decision) => void;
  toggle: (row: number, member: number) => void;
  keepOnly: (row: number, member: number) => void;
  compare: (row: number) => void;
};
