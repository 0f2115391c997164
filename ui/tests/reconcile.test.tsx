// Comparing the destination later: what differs is named, and repaired as the person says.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { open } from "./render";

test("what differs is listed by kind, with what would be done", async () => {
  const { user } = await open("verified", "finish");
  await user.click(await screen.findByTestId("reconcile"));
  const result = await screen.findByTestId("reconcile-result");
  expect(result).toHaveAttribute("data-open", "21");
  const rows = await within(result).findAllByTestId("difference");
  expect(rows[0]).toHaveTextContent("Missing");
  expect(rows[0]).toHaveTextContent("Is sent again from its original.");
  await user.click(within(result).getByRole("radio", { name: /^Not ours/ }));
  await waitFor(() => {
    const kinds = within(result)
      .getAllByTestId("difference")
      .map((row) => row.dataset.kind);
    expect(new Set(kinds)).toEqual(new Set(["extra"]));
  });
  expect(within(result).getAllByTestId("difference")[0]).toHaveTextContent("It stays as it is.");
});

test("a repair asks which of two stays, and keeps both unless told otherwise", async () => {
  const { ipc, user } = await open("verified", "finish");
  await user.click(await screen.findByTestId("reconcile"));
  await user.click(await screen.findByTestId("open-repair"));
  const dialog = await screen.findByTestId("repair-dialog");
  expect(within(dialog).getByTestId("conflicts-both")).toHaveAttribute("data-state", "checked");
  await user.click(within(dialog).getByRole("radio", { name: /^Other bytes/ }));
  expect((await within(dialog).findAllByText("Stays; its original is placed beside it."))[0]).toBeInTheDocument();
  await user.click(within(dialog).getByTestId("conflicts-source"));
  expect((await within(dialog).findAllByText("Is replaced by its original."))[0]).toBeInTheDocument();
  await user.click(within(dialog).getByTestId("repair-confirm"));
  await waitFor(() => expect(ipc.calls).toContain("start_repair"));
  await waitFor(() => expect(screen.queryByTestId("repair-dialog")).toBeNull());
  await waitFor(() => expect(screen.getByTestId("reconcile-result")).toHaveAttribute("data-open", "1"));
  expect(screen.getByTestId("repair-result")).toBeVisible();
});

test("where nothing stands nothing is compared", async () => {
  await open("empty", "finish");
  expect(screen.queryByTestId("reconcile")).toBeNull();
});

test("fifty thousand differences are few rows at a time", async () => {
  const { user } = await open("huge", "finish");
  await user.click(await screen.findByTestId("reconcile"));
  const result = await screen.findByTestId("reconcile-result");
  expect((await within(result).findAllByTestId("difference")).length).toBeLessThan(40);
});
