// The panels of Review: folders and their marks, the keeper rules, the similarity slider, the person's steps.
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { Similarity } from "../src/ipc";
import { open } from "./render";

async function panel(button: string, name: string) {
  const page = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  await page.user.click(screen.getByTestId(button));
  return { ...page, panel: await screen.findByTestId(name) };
}

test("two folders that share photos are told in a sentence, shown on demand, and marked", async () => {
  const { ipc, user, panel: sheet } = await panel("open-folders", "folders-sheet");
  const mark = vi.spyOn(ipc, "markFolder");
  const groups = vi.spyOn(ipc, "groups");
  const pair = (await within(sheet).findAllByTestId("folder-pair"))[0];
  expect(pair).toHaveTextContent(/\d+ of the \d+ photos in .+ are also in .+\./);
  const dump = within(pair)
    .getAllByRole("button", { name: /is a dump/ })
    .find((button) => !button.hasAttribute("disabled")) as HTMLElement;
  await user.click(dump);
  expect(mark).toHaveBeenCalledWith(expect.any(Number), "dump");
  await waitFor(() => expect(within(within(sheet).getByTestId("marked")).getAllByRole("listitem")).toHaveLength(3));
  await user.click(within(sheet).getAllByRole("button", { name: /Take back/ })[0]);
  await waitFor(() => expect(within(within(sheet).getByTestId("marked")).getAllByRole("listitem")).toHaveLength(2));
  await user.click(
    within(within(sheet).getAllByTestId("folder-pair")[0]).getByRole("button", { name: "Show these groups" }),
  );
  expect(screen.queryByTestId("folders-sheet")).toBeNull();
  await waitFor(() =>
    expect(groups).toHaveBeenLastCalledWith(
      expect.objectContaining({ status: "open", folders: [expect.any(Number), expect.any(Number)] }),
    ),
  );
  expect(screen.getByRole("list", { name: "Filters in force" })).toBeVisible();
});

const order = () => screen.getAllByTestId("rule").map((row) => row.dataset.rule);

test("rules are put in order by the keyboard, switched off, and applied", async () => {
  // Each rule is 50 dots high in a page without layout.
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockImplementation(function (this: Element) {
    const row = this.closest("[data-rule]");
    const top = row?.parentElement ? [...row.parentElement.children].indexOf(row) * 50 : 0;
    return new DOMRect(0, top, 300, 50);
  });
  const { ipc, user, panel: sheet } = await panel("open-rules", "rules-sheet");
  const setRules = vi.spyOn(ipc, "setRules");
  await within(sheet).findAllByTestId("rule");
  expect(order().slice(0, 3)).toEqual(["protected", "notDump", "motion"]);
  expect(sheet).toHaveTextContent("Decisions you already made stay");
  expect(within(sheet).getByTestId("apply-rules")).toBeDisabled();

  const handle = within(sheet).getByLabelText("Move “With its movie”");
  handle.focus();
  const press = async (code: string) => {
    fireEvent.keyDown(document.activeElement as Element, { code, key: code });
    await act(() => new Promise((resolve) => setTimeout(resolve, 60)));
  };
  await press("Space");
  await press("ArrowUp");
  await press("Space");
  await waitFor(() => expect(order().slice(0, 3)).toEqual(["protected", "motion", "notDump"]));
  await press("Space");
  await press("ArrowDown");
  await press("Escape");
  expect(order().slice(0, 3)).toEqual(["protected", "motion", "notDump"]);
  expect(sheet).toBeVisible();

  await user.click(within(sheet).getByLabelText("Move “With its movie” up"));
  expect(order().slice(0, 3)).toEqual(["motion", "protected", "notDump"]);
  await user.click(within(sheet).getByLabelText("Knows where"));
  await user.click(within(sheet).getByTestId("apply-rules"));
  const sent = setRules.mock.calls[0][0];
  expect(sent.slice(0, 2)).toEqual([
    { id: "motion", enabled: true },
    { id: "protected", enabled: true },
  ]);
  expect(sent.find((rule) => rule.id === "gps")).toEqual({ id: "gps", enabled: false });
  await waitFor(() => expect(screen.queryByTestId("rules-sheet")).toBeNull());

  await user.click(screen.getByTestId("open-rules"));
  await waitFor(() => expect(order()[0]).toBe("motion"));
  await user.click(screen.getByText("Reset to usual order"));
  expect(order()[0]).toBe("protected");
  await user.click(screen.getByText("Cancel"));
  expect(setRules).toHaveBeenCalledTimes(1);
  vi.restoreAllMocks();
});

const figures = (distance: number, groups: number): Similarity => ({
  distance,
  usual: 24,
  most: 60,
  groups,
  photos: groups * 2,
  copies: groups,
});

test("the slider shows only the answer to its last move", async () => {
  const { ipc, user } = await panel("open-similarity", "similarity");
  const answers = new Map<number, (answer: Similarity) => void>();
  const asked = vi
    .spyOn(ipc, "trySimilarity")
    .mockImplementation((distance) => new Promise((resolve) => answers.set(distance, resolve)));
  const slider = await screen.findByRole("slider", { name: "Allowed difference" });
  expect(slider).toHaveAttribute("aria-valuetext", "24 of 60, the usual value");
  act(() => slider.focus());
  await user.keyboard("{ArrowLeft}");
  await waitFor(() => expect(answers.has(23)).toBe(true));
  fireEvent.keyDown(slider, { key: "ArrowLeft" });
  fireEvent.keyDown(slider, { key: "ArrowLeft" });
  await waitFor(() => expect(answers.has(21)).toBe(true));
  expect(asked).toHaveBeenCalledTimes(2);
  await act(async () => answers.get(21)?.(figures(21, 111)));
  await act(async () => answers.get(23)?.(figures(23, 999)));
  expect(screen.getByTestId("then-groups")).toHaveTextContent("111");
  expect(screen.getByText("Stricter: fewer, safer groups.")).toBeVisible();
});

test("the setting is applied, and the groups follow", async () => {
  const { ipc, user } = await panel("open-similarity", "similarity");
  const set = vi.spyOn(ipc, "setSimilarity");
  const slider = await screen.findByRole("slider", { name: "Allowed difference" });
  expect(screen.getByTestId("apply-similarity")).toBeDisabled();
  act(() => slider.focus());
  await user.keyboard("{Home}");
  await waitFor(() => expect(screen.getByTestId("then-groups")).toHaveTextContent("168"));
  await user.click(screen.getByTestId("apply-similarity"));
  expect(set).toHaveBeenCalledWith(0);
  await waitFor(() => expect(screen.getByTestId("gallery")).toHaveAttribute("aria-rowcount", "168"));
});

test("the steps are listed; going back undoes those above, which can be done again", async () => {
  const { ipc, user } = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  await ipc.decide([0], { kind: "notDuplicates" });
  await ipc.decide([1], { kind: "later" });
  await ipc.decide([2], { kind: "keepSuggested" });
  await user.click(screen.getByTestId("open-history"));
  const sheet = await screen.findByTestId("history-sheet");
  const steps = () => within(sheet).getAllByTestId("history-step");
  await waitFor(() => expect(steps()).toHaveLength(3));
  expect(steps()[0]).toHaveTextContent("You are here");
  expect(steps()[2]).toHaveTextContent("Not duplicates");
  await user.click(within(sheet).getByRole("button", { name: "Go back to here: Not duplicates" }));
  await waitFor(() => expect(steps().map((step) => step.dataset.undone)).toEqual(["true", "true", "false"]));
  expect(steps()[2]).toHaveTextContent("You are here");
  expect((await ipc.reviewTotals()).open).toBe(239);
  await user.click(within(sheet).getByRole("button", { name: "Redo up to here: Later" }));
  await waitFor(() => expect(steps().map((step) => step.dataset.undone)).toEqual(["true", "false", "false"]));
  await user.click(within(sheet).getByRole("button", { name: "Undo all" }));
  await waitFor(() => expect(steps().every((step) => step.dataset.undone === "true")).toBe(true));
  expect((await ipc.reviewTotals()).open).toBe(240);
});

test.each([
  ["open-folders", "folders-sheet"],
  ["open-rules", "rules-sheet"],
  ["open-history", "history-sheet"],
])("the focus goes back to %s when its sheet closes", async (button, name) => {
  const { user } = await panel(button, name);
  await user.keyboard("{Escape}");
  expect(screen.queryByTestId(name)).toBeNull();
  await waitFor(() => expect(screen.getByTestId(button)).toHaveFocus());
});
