// Dropping folders lists them, starts the scan, and shows what they hold.
import { act, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { open } from "./render";

test("dropped folders are listed, scanned and profiled", async () => {
  const { ipc } = await open("empty", "sources");
  expect(screen.getByTestId("drop-zone")).toHaveTextContent("Drop folders here");
  expect(screen.getByText("Albumen only reads here. Nothing is changed.")).toBeVisible();
  await act(async () => ipc.drop({ kind: "over" }));
  expect(screen.getByTestId("drop-overlay")).toBeVisible();
  await act(async () => ipc.drop({ kind: "drop", paths: ["/home/anna/Bilder", "/media/card one"] }));
  expect(screen.queryByTestId("drop-overlay")).toBeNull();
  expect(await screen.findAllByTestId("source-row")).toHaveLength(2);
  expect(await screen.findByTestId("profile")).toHaveTextContent("21,873");
  expect(ipc.calls.filter((name) => name === "start_scan")).toHaveLength(1);
});

test("a drop on another step comes back to Sources", async () => {
  const { ipc } = await open("demo", "plan");
  await act(async () => ipc.drop({ kind: "drop", paths: ["/x"] }));
  expect(await screen.findByTestId("screen-sources")).toBeVisible();
  expect(await screen.findAllByTestId("source-row")).toHaveLength(4);
});

test("removing a source only takes it off the list", async () => {
  const { user } = await open("demo", "sources");
  await user.click(screen.getByRole("button", { name: /Remove .*DCIM from the list/ }));
  expect(await screen.findByText(/Its photos stay where they are/)).toBeVisible();
  expect(screen.getAllByTestId("source-row")).toHaveLength(2);
});

test("an error says what happened, what is safe and what to do next", async () => {
  const { ipc, user } = await open("demo", "sources");
  ipc.failNext("start_scan", {
    code: "source_gone",
    message: "The card was removed.",
    safe: "Nothing was written.",
    next: "Insert it and scan again.",
  });
  await user.click(screen.getByTestId("scan"));
  const box = await screen.findByTestId("error-box");
  for (const text of ["The card was removed.", "Nothing was written.", "Insert it and scan again."]) {
    expect(within(box).getByText(text)).toBeVisible();
  }
});

test("a catalog that does not open is said plainly", async () => {
  const { createFake } = await import("../src/ipc/fake");
  const { App } = await import("../src/app");
  const { render } = await import("@testing-library/react");
  render(<App ipc={createFake({ scenario: "broken", instant: true })} />);
  expect(await screen.findByTestId("error-box")).toHaveAttribute("data-code", "catalog_damaged");
});

test("the job bar shows a running job on every screen and can pause it", async () => {
  const { user } = await open("busy", "sources", false);
  expect(await screen.findByTestId("job-bar")).toHaveAttribute("data-state", "running");
  await user.click(screen.getByTestId("step-review"));
  const bar = screen.getByTestId("job-bar");
  expect(within(bar).getByRole("progressbar")).not.toHaveAttribute("aria-valuenow");
  await user.click(within(bar).getByTestId("pause"));
  expect(await within(bar).findByTestId("resume")).toBeVisible();
  expect(bar).toHaveAttribute("data-state", "paused");
  await user.click(within(bar).getByTestId("cancel"));
  expect(await screen.findByRole("alertdialog")).toHaveTextContent("What was read so far is kept");
  await user.click(screen.getByTestId("cancel-confirm"));
  await expect.poll(() => screen.queryByTestId("job-bar"), { timeout: 3000 }).toBeNull();
});
