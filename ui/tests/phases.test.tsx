// The line of phases, the choice of a strategy, the switch to the new home and the way back.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { open } from "./render";

const line = () => screen.findByTestId("phases");

test("the line says where it is, and any phase says what is true in it", async () => {
  const { user } = await open("inStep", "finish");
  expect(await line()).toHaveAttribute("data-phase", "inStep");
  expect(screen.getByTestId("phase-says")).toHaveTextContent("0 behind");
  expect(screen.getByTestId("phase-copy")).toHaveAttribute("data-state", "done");
  await user.click(screen.getByTestId("phase-cuttingOver"));
  expect(screen.getByTestId("phase-says")).toHaveTextContent("Nothing is switched before.");
  expect(screen.queryByTestId("phase-switchingBack")).toBeNull();
});

test("without a destination there is no line", async () => {
  await open("empty", "sources");
  expect(screen.queryByTestId("phases")).toBeNull();
});

test("a strategy is recommended with its reason, and chosen", async () => {
  const { ipc, user } = await open("moved", "move");
  await user.click(await screen.findByTestId("open-strategy"));
  const dialog = await screen.findByTestId("strategy-dialog");
  const best = await within(dialog).findByTestId("strategy-inStep");
  expect(best).toHaveAttribute("data-state", "checked");
  expect(best).toHaveTextContent("214 files changed within the last 7 days");
  await user.click(within(dialog).getByTestId("strategy-compare"));
  await user.click(within(dialog).getByTestId("strategy-confirm"));
  await waitFor(() => expect(ipc.calls).toContain("choose_strategy"));
  await waitFor(() => expect(screen.getByTestId("phases")).toHaveAttribute("data-phase", "compare"));
});

test("a pause is seen and taken back", async () => {
  const { user } = await open("inStep", "finish");
  await user.click(await screen.findByTestId("way-pause"));
  await waitFor(() => expect(screen.getByTestId("phases")).toHaveAttribute("data-paused", "true"));
  await user.click(await screen.findByTestId("way-resume"));
  await waitFor(() => expect(screen.getByTestId("phases")).toHaveAttribute("data-paused", "false"));
});

test("cutting over says before what it will do; then it is home, and one button goes back", async () => {
  const { ipc, user } = await open("inStep", "finish");
  await user.click(await screen.findByTestId("open-cut-over"));
  const dialog = await screen.findByTestId("cut-over-dialog");
  expect(dialog).toHaveTextContent("12 files");
  expect(dialog).toHaveTextContent("family-photos/library is brought along and checked, too. Sent: 9 files");
  expect(ipc.calls).not.toContain("start_cut_over");
  await user.click(within(dialog).getByTestId("cut-over-confirm"));
  await waitFor(() => expect(screen.getByTestId("phases")).toHaveAttribute("data-phase", "home"));
  expect(await screen.findByTestId("home-state")).toHaveAttribute("data-differed", "0");
  await user.click(screen.getByTestId("open-switch-back"));
  const back = await screen.findByTestId("switch-back-dialog");
  expect(back).toHaveTextContent("Nothing, anywhere");
  await user.click(within(back).getByTestId("switch-back-confirm"));
  await waitFor(() => expect(screen.getByTestId("phases")).toHaveAttribute("data-phase", "inStep"));
});

test("what was cut off can be gone on with, or left", async () => {
  const { ipc, user } = await open("cutOff", "finish");
  expect(await screen.findByTestId("cut-off")).toHaveTextContent("Nothing is switched");
  await user.click(screen.getByTestId("leave-cut-over"));
  await waitFor(() => expect(ipc.calls).toContain("leave_cut_over"));
  await waitFor(() => expect(screen.queryByTestId("cut-off")).toBeNull());
});

test("a place that keeps changing is said to have switched nothing", async () => {
  await open("changing", "finish");
  const finding = await screen.findByTestId("home-finding");
  expect(finding).toHaveTextContent("Nothing was switched. The old place keeps changing");
  expect(finding).toHaveTextContent("cut over again when that is over");
});

test("a photo that differs is named", async () => {
  await open("homeDiffers", "finish");
  const state = await screen.findByTestId("home-state");
  expect(state).toHaveTextContent("2 differed");
  expect(state).toHaveTextContent("IMG_3002.JPG");
  expect(state).toHaveTextContent("repair it there");
});
