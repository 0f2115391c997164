// Two versions under one name: both pictures, what differs, a choice by key, the same for the rest, and taking it back.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { open } from "./render";

async function conflicts() {
  const { ipc, user } = await open("verified", "finish");
  await user.click(await screen.findByTestId("reconcile"));
  await user.click(await screen.findByTestId("open-conflicts"));
  const dialog = await screen.findByTestId("conflict-dialog");
  await within(dialog).findByTestId("conflict-place");
  return { ipc, user, dialog };
}

test("a conflict shows both sides and only what differs", async () => {
  const { dialog } = await conflicts();
  expect(within(dialog).getByTestId("conflict-place")).toHaveTextContent("1 of 3");
  expect(await within(dialog).findByTestId("conflict-facts")).toHaveTextContent("SHA-256");
  expect(within(dialog).getByTestId("conflict-said")).toHaveTextContent("Somebody wrote other bytes");
  expect(within(dialog).getByTestId("conflict-said")).toHaveTextContent("The one at the destination was changed last.");
  expect(within(dialog).getAllByTestId(/^layer-/)).toHaveLength(2);
});

test("a copy that cannot be drawn is said to be so, and its facts are there", async () => {
  const { dialog, user } = await conflicts();
  await user.keyboard("{ArrowRight}");
  await waitFor(() => expect(within(dialog).getByTestId("conflict-place")).toHaveTextContent("2 of 3"));
  expect(await within(dialog).findByTestId("copy-note")).toHaveTextContent("cannot be shown");
  expect(within(dialog).getByTestId("conflict-said")).toHaveTextContent("the copy is damaged");
  expect(within(dialog).getByTestId("conflict-facts")).toHaveTextContent("File size");
});

test("choices by key go on to the next, are taken back, and are said for the rest at once", async () => {
  const { ipc, dialog, user } = await conflicts();
  const at = (text: string) =>
    waitFor(() => expect(within(dialog).getByTestId("conflict-place")).toHaveTextContent(text));
  const left = (n: string) =>
    waitFor(() => expect(within(dialog).getByTestId("conflict-open")).toHaveAttribute("data-open", n));
  await left("3");
  await user.keyboard("2");
  await at("2 of 3");
  await left("2");
  await user.keyboard("u");
  await at("1 of 3");
  await left("3");
  expect(within(dialog).queryByTestId("choose-rest")).toBeNull();
  await user.keyboard("1");
  await at("2 of 3");
  await user.keyboard("{ArrowLeft}");
  await at("1 of 3");
  expect(within(dialog).getByTestId("choose-source")).toHaveAttribute("aria-pressed", "true");
  await left("2");
  await user.keyboard("a");
  await left("0");
  expect(ipc.calls).toContain("choose_conflicts");
  await user.click(within(dialog).getByTestId("conflict-repair"));
  const repair = await screen.findByTestId("repair-dialog");
  expect(await within(repair).findByTestId("decided")).toHaveTextContent("3 replaced by the original");
  await user.click(within(repair).getByTestId("repair-confirm"));
  await waitFor(() => expect(ipc.calls).toContain("start_repair"));
  await waitFor(() => expect(screen.getByTestId("reconcile-result")).toHaveAttribute("data-open", "1"));
});

test("who takes back before the answer is there is not passed over, and nothing unseen is chosen", async () => {
  const { ipc, dialog, user } = await conflicts();
  const choose = ipc.chooseConflict;
  let answer = () => {};
  ipc.chooseConflict = async (id, choice) => {
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return choose(id, choice);
  };
  await user.keyboard("21u");
  expect(ipc.calls).not.toContain("undo_choice");
  answer();
  await waitFor(() => expect(ipc.calls).toContain("undo_choice"));
  await waitFor(() => expect(within(dialog).getByTestId("conflict-open")).toHaveAttribute("data-open", "3"));
  expect(ipc.calls.filter((call) => call === "choose_conflict")).toHaveLength(1);
});

test("one of the list is opened, and Escape goes back to it", async () => {
  const { user } = await open("verified", "finish");
  await user.click(await screen.findByTestId("reconcile"));
  const result = await screen.findByTestId("reconcile-result");
  await user.click(within(result).getByRole("radio", { name: /^Other bytes/ }));
  await user.click((await within(result).findAllByTestId("look-at-conflict"))[1]);
  const dialog = await screen.findByTestId("conflict-dialog");
  expect(await within(dialog).findByTestId("conflict-place")).toHaveTextContent("2 of 3");
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByTestId("conflict-dialog")).toBeNull());
});

test("what cannot be chosen says why", async () => {
  const { ipc, user } = await open("verified", "finish");
  const look = ipc.lookAtCopy;
  ipc.lookAtCopy = async (file, placed) => ({ ...(await look(file, placed)), replaceable: false });
  await user.click(await screen.findByTestId("reconcile"));
  await user.click(await screen.findByTestId("open-conflicts"));
  await waitFor(() => expect(screen.getByTestId("choose-source")).toBeDisabled());
  expect(screen.getByTestId("choose-source").title).toContain("does not tell for sure");
  await user.keyboard("1");
  expect(ipc.calls).not.toContain("choose_conflict");
});

test("of fifty thousand conflicts one is held at a time", async () => {
  const { ipc, user } = await open("huge", "finish");
  await user.click(await screen.findByTestId("reconcile"));
  await user.click(await screen.findByTestId("open-conflicts"));
  const dialog = await screen.findByTestId("conflict-dialog");
  expect(await within(dialog).findByTestId("conflict-place")).toHaveTextContent(/1 of 50.000/);
  await user.keyboard("2");
  await waitFor(() => expect(within(dialog).getByTestId("conflict-place")).toHaveTextContent(/^Conflict 2|2 of 50/));
  await user.keyboard("{ArrowLeft}a");
  await waitFor(() => expect(ipc.calls).toContain("choose_conflict"));
  expect(document.querySelectorAll("[data-testid=conflict-dialog] img").length).toBeLessThan(5);
});

test("a copy that is opened is compared on the way", async () => {
  const { user } = await open("verified", "finish");
  await user.click(await screen.findByTestId("report-open"));
  const rows = await screen.findAllByTestId("report-row");
  await user.click(rows[0]);
  await user.click(await screen.findByTestId("open-copy"));
  expect(await screen.findByTestId("copy-verdict")).toHaveAttribute("data-verdict", "whole");
  expect(screen.getByTestId("copy-picture")).toBeInTheDocument();
});
