// A job that waits by itself: it says why, and goes on anyway when the person says so.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { open } from "./render";

test("a move that waits on battery says so in the bar and goes on anyway", async () => {
  const { ipc, user } = await open("battery", "move", false);
  const bar = await screen.findByTestId("job-bar");
  await waitFor(() => expect(bar).toHaveAttribute("data-state", "paused"));
  expect(bar).toHaveTextContent("Move: waiting: on battery, 24 % left");
  await user.click(screen.getAllByRole("button", { name: "Go on anyway" })[0]);
  await waitFor(() => expect(bar).toHaveAttribute("data-state", "running"));
  expect(ipc.calls).toContain("resume_job");
});

test("when to wait is set beside the limits, with Save", async () => {
  const { ipc, user } = await open("demo", "move");
  await waitFor(() => expect(screen.getByTestId("throttle-open")).toBeEnabled());
  await user.click(screen.getByTestId("throttle-open"));
  const pauses = await screen.findByTestId("pauses");
  await user.selectOptions(within(pauses).getByTestId("pause-below"), "50");
  await user.click(within(pauses).getByRole("checkbox", { name: /^Wait on a metered line/ }));
  expect(await ipc.pauseOn()).toEqual({ battery: 30, metered: true });
  await user.click(screen.getByTestId("throttle-save"));
  await waitFor(async () => expect(await ipc.pauseOn()).toEqual({ battery: 50, metered: false }));
  expect(ipc.calls).not.toContain("set_throttle");
});
