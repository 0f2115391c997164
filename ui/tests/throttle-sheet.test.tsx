// Speed limits in the window: chosen on the Move step, kept for the destination, and the pace of a storage that slows us.
import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { open } from "./render";

const by = screen.getByTestId;

test("limits are kept only on Save and shown in words", async () => {
  const { ipc, user } = await open("demo", "move");
  await waitFor(() => expect(by("throttle-now")).toHaveTextContent("As fast as it goes"));
  await user.click(by("throttle-open"));
  await user.selectOptions(await screen.findByTestId("throttle-up"), "2.0 MB/s (16 Mbit/s)");
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  expect(ipc.calls).not.toContain("set_throttle");
  await user.click(by("throttle-open"));
  expect(await screen.findByTestId("throttle-up")).toHaveValue("");
  expect(by("throttle-save")).toBeDisabled();
  await user.selectOptions(by("throttle-up"), "2.0 MB/s (16 Mbit/s)");
  await user.click(by("throttle-save"));
  await waitFor(() => expect(by("throttle-now")).toHaveTextContent("Upload at most 2.0 MB/s"));
  expect(await ipc.throttle()).toEqual({ up: 2_000_000, down: null, hours: [] });
});

test("hours are added by the row and drawn as the week", async () => {
  const { ipc, user } = await open("demo", "move");
  await waitFor(() => expect(by("throttle-open")).toBeEnabled());
  await user.click(by("throttle-open"));
  await user.click(await screen.findByTestId("throttle-add"));
  expect(by("throttle-week")).toHaveTextContent("Mon–FriFull speed1.0 MB/sFull speed");
  await user.click(by("hours-0-day-4"));
  expect(screen.getByRole("img", { name: /^Mon–Thu: 00:00 to 08:00 as fast/ })).toBeVisible();
  for (const day of [0, 1, 2, 3]) await user.click(by(`hours-0-day-${day}`));
  expect(screen.getByText("Choose a day at least.")).toBeVisible();
  expect(by("throttle-save")).toBeDisabled();
  await user.click(by("hours-0-day-6"));
  await user.click(by("throttle-save"));
  await waitFor(() => expect(screen.queryByTestId("throttle-sheet")).toBeNull());
  expect((await ipc.throttle()).hours).toEqual([{ days: 0b100_0000, from: 480, to: 1080, up: 1_000_000, down: null }]);
});

test("a storage that asks to slow down is told in one line", async () => {
  await open("slow", "move", false);
  expect(await screen.findByTestId("pace")).toHaveTextContent("asked to slow down 3 times");
});

test("a storage without complaints is not mentioned", async () => {
  await open("busy", "move", false);
  await waitFor(() => expect(by("move-progress")).toHaveAttribute("data-state", "running"));
  expect(screen.queryByTestId("pace")).toBeNull();
});

test("the disks of the originals are treated gently for all destinations, and where that is a guess it is said", async () => {
  const { ipc, user } = await open("demo", "move");
  await waitFor(() => expect(by("throttle-open")).toBeEnabled());
  await user.click(by("throttle-open"));
  await user.selectOptions(await screen.findByTestId("source-load"), "25000000");
  expect(by("throttle-sheet")).not.toHaveTextContent("does not say who else reads");
  await user.selectOptions(by("source-load"), "Gently: stand back while others read");
  expect(by("throttle-sheet")).toHaveTextContent("/mnt/nas/Photos: this disk does not say who else reads from it.");
  await user.click(by("throttle-save"));
  await waitFor(() => expect(screen.queryByTestId("throttle-sheet")).toBeNull());
  expect((await ipc.sourceLoad()).load).toEqual({ how: "gentle" });
  expect(ipc.calls).not.toContain("set_throttle");
});
