// The gallery: keys, undo, the guard of the last keeper, and few rows in the page for very many groups.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { open } from "./render";

const focused = () => document.querySelector('[data-focused="true"]') as HTMLElement;

test("50,000 groups are a handful of rows in the page", async () => {
  await open("huge", "review");
  const rows = await screen.findAllByTestId("group-row");
  expect(rows.length).toBeLessThan(10);
  expect(screen.getByRole("grid")).toHaveAttribute("aria-rowcount", "50000");
  expect(document.querySelectorAll("[data-testid=member]").length).toBeLessThan(200);
});

test("keys decide, and undo brings the group back", async () => {
  const { ipc, user } = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  const grid = screen.getByTestId("gallery");
  const first = focused().id;
  await user.keyboard("j");
  expect(focused().id).not.toBe(first);
  await user.keyboard("k");
  expect(focused().id).toBe(first);
  await user.keyboard("a");
  await waitFor(() => expect(grid).toHaveAttribute("aria-rowcount", "239"));
  expect(screen.getByTestId("set-aside")).toHaveTextContent(/You set aside/);
  await user.keyboard("n");
  await waitFor(() => expect(grid).toHaveAttribute("aria-rowcount", "238"));
  await user.keyboard("l");
  await waitFor(() => expect(grid).toHaveAttribute("aria-rowcount", "237"));
  await waitFor(() => expect(screen.getByTestId("undo")).toHaveAccessibleName("Undo: Later"));
  await user.keyboard("{Control>}z{/Control}");
  await waitFor(() => expect(grid).toHaveAttribute("aria-rowcount", "238"));
  await user.click(screen.getByTestId("undo"));
  await user.click(screen.getByTestId("undo"));
  await waitFor(() => expect(grid).toHaveAttribute("aria-rowcount", "240"));
  await user.keyboard("{Control>}{Shift>}z{/Shift}{/Control}");
  await waitFor(() => expect(grid).toHaveAttribute("aria-rowcount", "239"));
  expect(ipc.calls.filter((c) => c === "decide")).toHaveLength(3);
});

test("presses faster than the list never decide a group twice", async () => {
  const { ipc, user } = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  const decide = vi.spyOn(ipc, "decide");
  await user.keyboard("aaa");
  await waitFor(() =>
    expect(screen.getByTestId("gallery")).toHaveAttribute("aria-rowcount", String(240 - decide.mock.calls.length)),
  );
  const ids = decide.mock.calls.map(([[id]]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("the last kept member cannot be set aside", async () => {
  const { ipc, user } = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  expect(focused()).toHaveAttribute("data-keep", "true");
  await user.keyboard(" ");
  expect(await screen.findByText(/The last photo kept can’t be set aside/)).toBeVisible();
  expect(focused()).toHaveAttribute("data-keep", "true");
  expect(ipc.calls).not.toContain("decide");
});

test("a choice of two is held until Enter, or stored on moving on", async () => {
  const { ipc, user } = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  const row = focused().closest("[data-testid=group-row]") as HTMLElement;
  await user.keyboard("{ArrowRight} ");
  expect(focused()).toHaveAttribute("data-keep", "true");
  expect(within(row).getByRole("button", { name: /Keep 2 of/ })).toBeVisible();
  expect(ipc.calls).not.toContain("decide");
  await user.keyboard("j");
  await waitFor(() => expect(screen.getByTestId("undo")).toHaveAccessibleName(/Undo: Keep 2 of/));
  expect(screen.getByTestId("gallery")).toHaveAttribute("aria-rowcount", "239");
});

test("all exact groups are accepted as one step that can be undone", async () => {
  const { user } = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  await user.click(screen.getByTestId("accept-exact"));
  expect(await screen.findByText("Accept 144 exact groups")).toBeVisible();
  expect(screen.getByTestId("accept-exact")).toBeDisabled();
  await waitFor(() => expect(screen.getByTestId("gallery")).toHaveAttribute("aria-rowcount", "96"));
  await user.click(screen.getByRole("button", { name: "Undo" }));
  await waitFor(() => expect(screen.getByTestId("gallery")).toHaveAttribute("aria-rowcount", "240"));
});

test("compare shows only what differs and keeps a side", async () => {
  const { user } = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  await user.click(screen.getByRole("radio", { name: /Similar/ }));
  await waitFor(() => expect(screen.getByTestId("gallery")).toHaveAttribute("aria-rowcount", "72"));
  await user.keyboard("c");
  const dialog = await screen.findByTestId("compare");
  expect(await within(dialog).findByText(/fields the same/)).toBeVisible();
  expect(within(dialog).getAllByText("better").length).toBeGreaterThan(0);
  await user.click(within(dialog).getByRole("button", { name: "Keep right" }));
  await waitFor(() => expect(screen.getByTestId("gallery")).toHaveAttribute("aria-rowcount", "71"));
});

test("? opens the sheet of keys", async () => {
  const { user } = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  await user.keyboard("?");
  expect(await screen.findByTestId("key-sheet")).toHaveTextContent("Not duplicates");
});
