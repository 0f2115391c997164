// What a layout would make of the library, asked a moment after the last key stroke.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type AppError, type LayoutPreview, type PlanOptions, toAppError } from "../../ipc";
import { useDebounced } from "../../shared/debounced";
import { sentence } from "../../shared/format";
import { useIpc } from "../../shared/ipc";
import { keys } from "../../shared/queries";

export function useLayoutPreview({ layout, skipDuplicates }: PlanOptions) {
  const ipc = useIpc();
  const late = useDebounced(layout);
  const query = useQuery<LayoutPreview, AppError>({
    queryKey: [...keys.layout, late, skipDuplicates],
    queryFn: () => ipc.layoutPreview({ layout: late, skipDuplicates }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const error = query.error ? toAppError(query.error) : null;
  return {
    preview: error ? null : (query.data ?? null),
    error: error ? `${sentence(error.message)} ${sentence(error.next)}` : null,
    /** What is shown is of an older template. */
    isOld: late !== layout || query.isPlaceholderData,
  };
}
