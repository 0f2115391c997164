// What the tests of Compare and of the keys share: groups made by hand, a window around a component, pictures that load at once.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { vi } from "vitest";
import type { Comparison, Group, Ipc, Member } from "../src/ipc";
import { IpcProvider } from "../src/shared/ipc";

export const member = (id: number, over: Partial<Member> = {}): Member => ({
  assetId: id,
  fileId: id,
  name: `IMG_${id}.JPG`,
  folder: "Camera",
  size: 5_000_000,
  width: 6000,
  height: 4000,
  captured: "2021-05-04T10:00:00",
  camera: null,
  hasGps: false,
  companions: [],
  motion: null,
  kind: "jpeg",
  relation: id === 1 ? "keeper" : "same",
  turn: 1,
  distance: id === 1 ? 0 : 4,
  suggested: id === 1,
  suggestKeep: id === 1,
  keep: id === 1,
  mark: null,
  hasThumb: true,
  ...over,
});

export const group = (members: Member[], over: Partial<Group> = {}): Group => ({
  id: 7,
  kind: "similar",
  status: "open",
  reason: "largest picture",
  rule: "pixels",
  sure: true,
  reclaimBytes: 0,
  members,
  ...over,
});

/** Pictures load at once in this size; those whose address is listed never can. */
export function pictures(broken: string[] = []): string[] {
  const asked: string[] = [];
  vi.stubGlobal(
    "Image",
    class {
      onload = () => {};
      onerror = () => {};
      naturalWidth = 1600;
      naturalHeight = 1067;
      set src(url: string) {
        asked.push(url);
        queueMicrotask(() => (broken.includes(url) ? this.onerror() : this.onload()));
      }
    },
  );
  return asked;
}

export const comparison = (left: number, right: number): Comparison => ({
  left: member(left),
  right: member(right),
  same: [
    { field: "Camera", value: "Canon EOS R6" },
    { field: "Taken", value: "2021-05-04T10:00:00" },
  ],
  relation: null,
  distance: null,
  turn: 1,
  place: null,
  differs: [{ field: "Pixels", left: "6000 × 4000", right: "1600 × 1067", better: "left" }],
});

/** The part of the seam that Compare and the keys use. */
export function seam(keys: string | null = null) {
  const stored = { keys };
  const ipc = {
    compare: async (left: number, right: number) => comparison(left, right),
    thumbUrl: (id: number) => `thumb:${id}`,
    previewUrl: (id: number) => `preview:${id}`,
    preference: vi.fn(async () => stored.keys),
    setPreference: vi.fn(async (_: string, value: string) => {
      stored.keys = value;
    }),
  };
  return { ipc, stored };
}

export function mount(children: ReactNode, ipc: object) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const window_ = (content: ReactNode) => (
    <QueryClientProvider client={client}>
      <IpcProvider ipc={ipc as Ipc}>{content}</IpcProvider>
    </QueryClientProvider>
  );
  const { rerender } = render(window_(children));
  return { user: userEvent.setup(), show: (next: ReactNode) => rerender(window_(next)) };
}
