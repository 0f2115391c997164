// The first page of the groups found: it tells how many there are and what accepting them would save.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AppError, GroupPage } from "../ipc";
import { useIpc } from "../shared/ipc";
import { PAGE } from "../shared/paged";
import { keys } from "../shared/queries";
import type { ListQuery } from "./filter";

export const listKey = (query: ListQuery) => [...keys.groups, query] as const;

/** Shares its answer with the first page of the gallery. */
export function useFirstPage(query: ListQuery) {
  const ipc = useIpc();
  return useQuery<GroupPage, AppError>({
    queryKey: [...listKey(query), 0],
    queryFn: () => ipc.groups({ ...query, offset: 0, limit: PAGE }),
  });
}

/** The newest of the queries asked for that has its answer: what it found stays in sight until the next one has. */
export function useAnswered(query: ListQuery): ListQuery {
  const { data, error } = useFirstPage(query);
  const [answered, setAnswered] = useState(query);
  const ready = data !== undefined || error !== null;
  if (ready && answered !== query) setAnswered(query);
  return ready ? query : answered;
}
