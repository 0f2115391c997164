// A member's picture: the thumbnail first, the preview when it is there. Loaded ones are held for a while, so flicking back is instant.
import { type QueryClient, type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Member } from "../../ipc";
import { useIpc } from "../../shared/ipc";
import type { Size } from "./geometry";

const HELD = 30_000;

/** The element itself is the result: while it lives, the page shows its address without reading it again. */
function load(url: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = async () => {
      await image.decode?.().catch(() => undefined); // or the first flick would wait for it
      resolve(image);
    };
    image.onerror = () => reject(new Error("This picture cannot be shown."));
    image.src = url;
  });
}

const query = (url: string) => ({
  queryKey: ["picture", url],
  queryFn: () => load(url),
  gcTime: HELD,
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

export type Picture = {
  /** What can be shown now; null while there is nothing. */
  url: string | null;
  size: Size | null;
  /** "small": only the thumbnail can be shown. */
  state: "loading" | "ready" | "small" | "failed";
  retry: () => void;
};

const sizeOf = ({ data }: UseQueryResult<HTMLImageElement>): Size | null =>
  data?.naturalWidth ? { width: data.naturalWidth, height: data.naturalHeight } : null;

export function usePicture(member: Member): Picture {
  const ipc = useIpc();
  return usePictureAt(ipc.previewUrl(member.fileId), member.hasThumb ? ipc.thumbUrl(member.fileId) : null);
}

/** The picture at `previewUrl`, and until it is there the small one, if there is one. Without an address it is still to come. */
export function usePictureAt(previewUrl: string | null, thumbUrl: string | null): Picture {
  const preview = useQuery({ ...query(previewUrl ?? ""), enabled: previewUrl !== null });
  const thumb = useQuery({ ...query(thumbUrl ?? ""), enabled: thumbUrl !== null });
  const retry = () => {
    if (previewUrl !== null) void preview.refetch();
    if (thumbUrl !== null) void thumb.refetch();
  };
  if (preview.data) return { url: previewUrl, size: sizeOf(preview), state: "ready", retry };
  const small = { url: thumb.data ? thumbUrl : null, size: sizeOf(thumb), retry };
  if (!preview.isError || preview.isFetching) return { ...small, state: "loading" };
  if (thumb.data) return { ...small, state: "small" };
  return { ...small, state: thumb.isFetching ? "loading" : "failed" };
}

const prefetch = (client: QueryClient, url: string) => client.prefetchQuery(query(url));

/** Reads these members' previews ahead, nearest first and one after the other, behind what is on screen. */
export function usePreload(members: Member[]): void {
  const ipc = useIpc();
  const client = useQueryClient();
  const urls = members.map((m) => ipc.previewUrl(m.fileId)).join("\n");
  useEffect(() => {
    let wanted = true;
    void (async () => {
      for (const url of urls.split("\n").filter(Boolean)) if (wanted) await prefetch(client, url);
    })();
    return () => {
      wanted = false;
    };
  }, [client, urls]);
}
