// What a tile says of its member, and that a photo in a protected folder always stays.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { Group, Member } from "../src/ipc";
import { applied, guarded, kept, lastKeeper, onlyOnce, PROTECTED, toggled } from "../src/review/choice";
import { NO_FILTER } from "../src/review/filter";
import { sight } from "../src/review/members";
import { relationWords } from "../src/review/words";
import { open } from "./render";

const rows = async () => screen.findAllByTestId("group-row");
const focused = () => document.querySelector('[data-focused="true"]') as HTMLElement;

test("a photo in a protected folder has a lock and can't be set aside", async () => {
  const { ipc, user } = await open("demo", "review");
  await rows();
  const decide = vi.spyOn(ipc, "decide");
  await user.click(screen.getByTestId("open-more-filters"));
  await user.type(await screen.findByLabelText("Path has"), "Norway{Escape}");
  await waitFor(() => expect(document.querySelector('[data-state="Protected"]')).not.toBeNull());
  const tile = document.querySelector('[data-state="Protected"]') as HTMLElement;
  const lock = within(tile).getByRole("button", { name: /^Protected: / });
  expect(lock).toHaveAttribute("aria-disabled", "true");
  await user.click(lock);
  expect(await screen.findByText(PROTECTED)).toBeVisible();
  expect(tile).toHaveAttribute("data-keep", "true");

  const row = tile.closest("[data-testid=group-row]") as HTMLElement;
  const other = within(row)
    .getAllByTestId("member")
    .find((member) => member.dataset.state !== "Protected") as HTMLElement;
  await user.click(within(other).getByRole("button", { name: "Keep this only" }));
  const ids = [other, tile].map((member) => Number(member.id.replace("member-", "")));
  await waitFor(() => expect(decide).toHaveBeenCalled());
  const decision = decide.mock.calls[0][1];
  expect(decision.kind === "keep" && decision.assetIds).toEqual(expect.arrayContaining(ids));
});

test("what the suggestion keeps is never shown as set aside", async () => {
  const { user } = await open("demo", "review");
  await rows();
  await user.click(screen.getByRole("radio", { name: /Bursts/ }));
  await waitFor(async () => expect((await rows())[0]).toHaveAttribute("data-kind", "burst"));
  const row = (await rows())[0];
  expect(within(row).queryByText("You decide")).toBeNull();
  expect(within(row).getByText("Other frames: all stay")).toBeVisible();
  expect(within(row).getByRole("button", { name: "Keep all" })).toBeVisible();
  for (const tile of within(row).getAllByTestId("member")) {
    expect(tile).toHaveAttribute("data-keep", "true");
    expect(["Kept", "Stays", "Protected"]).toContain(tile.dataset.state);
  }
  expect(row).toHaveTextContent(/burst frame|bracket/);
});

test("the keeper shows the rule that made it so; o keeps it alone", async () => {
  const { ipc, user } = await open("demo", "review");
  await rows();
  await user.click(screen.getByRole("radio", { name: /Exact/ }));
  await waitFor(() => expect(focused()).toBeVisible());
  expect((await rows())[0]).toHaveTextContent("identical");
  expect(focused().closest("[data-testid=group-row]")).toHaveTextContent(
    /In a protected folder|Outside of dumps|Knows where it was taken|More files belong to it/,
  );
  const decide = vi.spyOn(ipc, "decide");
  await user.keyboard("o");
  await waitFor(() => expect(decide).toHaveBeenCalledWith([expect.any(Number)], { kind: "keepOnlyKeeper" }));
});

test("a photo that holds a movie says so", async () => {
  const { user } = await open("demo", "review");
  await rows();
  await user.click(screen.getByRole("radio", { name: /Similar/ }));
  const badge = (await screen.findAllByTestId("motion"))[0];
  expect(badge).toHaveTextContent("Motion");
  expect(badge).toHaveAttribute("title", "Motion Photo: it holds a movie of 2.6 MB");
  const tile = badge.closest("[data-testid=member]") as HTMLElement;
  expect(tile).toHaveAccessibleName(/with its movie/);
});

test("keeping one frame of a burst asks for a second press", async () => {
  const { ipc, user } = await open("demo", "review");
  await rows();
  await user.click(screen.getByRole("radio", { name: /Bursts/ }));
  await waitFor(async () => expect((await rows())[0]).toHaveAttribute("data-kind", "burst"));
  const decide = vi.spyOn(ipc, "decide");
  await user.keyboard("o");
  expect(await screen.findByText(/This sets aside \d+ photos? that may exist only once/)).toBeVisible();
  expect(decide).not.toHaveBeenCalled();
  await user.keyboard("o");
  await waitFor(() => expect(decide).toHaveBeenCalledWith([expect.any(Number)], { kind: "keepOnlyKeeper" }));
});

const member = (assetId: number, over: Partial<Member> = {}): Member => ({
  assetId,
  fileId: assetId,
  name: "a.jpg",
  folder: "/a",
  size: 1,
  width: 400,
  height: 300,
  captured: null,
  camera: null,
  hasGps: false,
  companions: [],
  motion: null,
  kind: "jpeg",
  relation: "same",
  turn: 1,
  distance: 3,
  suggested: false,
  suggestKeep: false,
  keep: false,
  mark: null,
  hasThumb: true,
  ...over,
});
const group: Group = {
  id: 1,
  kind: "similar",
  status: "open",
  reason: "",
  rule: "pixels",
  sure: true,
  reclaimBytes: 1,
  members: [
    member(1, { relation: "keeper", suggested: true, suggestKeep: true, keep: true }),
    member(2),
    member(3, { relation: "edited", suggestKeep: true, keep: true }),
    member(4, { mark: "protected", suggestKeep: true, keep: true }),
  ],
};

test("decisions keep what is protected, and suggestions keep more than the keeper", () => {
  expect(guarded(group, { kind: "keep", assetIds: [2] })).toEqual({ kind: "keep", assetIds: [2, 4] });
  expect(kept(applied(group, { kind: "keepSuggested" }))).toEqual([1, 3, 4]);
  expect(kept(applied(group, { kind: "keepOnlyKeeper" }))).toEqual([1, 4]);
  expect(kept(applied(group, { kind: "later" }))).toEqual([1, 2, 3, 4]);
  expect(onlyOnce(group, { kind: "keepOnlyKeeper" })).toBe(1);
  expect(onlyOnce(group, { kind: "keep", assetIds: [1, 3] })).toBe(0);
  expect(toggled(group, [1, 4], 4)).toBe("protected");
  expect(toggled(group, [1], 1)).toBe("lastKeeper");
  expect(lastKeeper("Y")).toContain("press Y");
  expect(toggled(group, [1, 4], 1)).toEqual([4]);
  expect(toggled(group, [1, 4], 2)).toEqual([1, 4, 2]);
});

test("a relation is said in a word or three", () => {
  const keeper = member(1, { relation: "keeper" });
  expect(relationWords(member(2, { width: 200 }), keeper)).toBe("same picture, smaller");
  expect(relationWords(member(2, { width: 800 }), keeper)).toBe("same picture, larger");
  expect(relationWords(member(2), keeper)).toBe("same picture, saved anew");
  expect(relationWords(member(2, { width: null }), keeper)).toBe("same picture");
  expect(relationWords(member(2, { relation: "turned", turn: 6 }), keeper)).toBe("turned");
  expect(relationWords(member(2, { relation: "turned", turn: 2 }), keeper)).toBe("mirrored");
});

test("of many members only those in sight exist, and the others are counted", () => {
  expect(sight(3, 0, 900)).toEqual({ before: 0, after: 0, first: 0, last: 2 });
  expect(sight(20, 0, 900)).toEqual({ before: 0, after: 15, first: 0, last: 5 });
  expect(sight(20, 1720, 900)).toEqual({ before: 10, after: 5, first: 9, last: 15 });
  expect(sight(20, 2600, 900)).toEqual({ before: 15, after: 0, first: 14, last: 19 });
});

test("a list that was empty shows its members again", async () => {
  const { ipc, user } = await open("demo", "review");
  await rows();
  await ipc.decideAll({ ...NO_FILTER, status: "open" }, { kind: "later" });
  expect(await screen.findByText("All looked through")).toBeVisible();
  await user.click(screen.getByTestId("undo"));
  const row = (await rows())[0];
  expect(within(row).getAllByTestId("member").length).toBeGreaterThan(2);
});

test("groups that could not be read say so, and are asked for again", async () => {
  const { ipc, user } = await open("demo", "review");
  await rows();
  const groups = vi.spyOn(ipc, "groups").mockRejectedValue({
    code: "catalog",
    message: "The catalog is locked.",
    safe: "Nothing changed.",
    next: "Wait.",
  });
  await user.click(screen.getByRole("radio", { name: /Bursts/ }));
  expect(await screen.findByTestId("error-box")).toHaveTextContent("The catalog is locked.");
  groups.mockRestore();
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect((await rows())[0]).toHaveAttribute("data-kind", "burst");
});
