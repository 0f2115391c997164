// A small part first, what the whole would take, and how closely to look: what a person sees before they rely on it.
import { screen, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { open } from "./render";

test("a pilot is offered first, says what came of it, and asks", async () => {
  const { ipc, user } = await open("demo", "move");
  const [pilot, move] = [vi.spyOn(ipc, "startPilot"), vi.spyOn(ipc, "startMigrate")];
  expect(await screen.findByTestId("pilot")).toHaveTextContent("Try 1% first (recommended)");
  expect(await screen.findByTestId("estimate")).toHaveAttribute("data-basis", "none");
  expect(screen.getByTestId("estimate-words")).toHaveTextContent("How long that takes was not measured yet");
  await user.click(screen.getByTestId("start-pilot"));
  expect(pilot).toHaveBeenCalledWith(4);
  expect(await screen.findByTestId("pilot-words")).toHaveTextContent("198 photos of 6 kinds in 38 folders");
  expect(await screen.findByTestId("pilot-rest")).toHaveTextContent("between 9 and 12 days");
  expect(screen.getByTestId("estimate")).toHaveAttribute("data-basis", "pilot");
  expect(move).not.toHaveBeenCalled();
  await user.click(screen.getByTestId("move-rest"));
  expect(move).toHaveBeenCalledWith(4, true);
  expect(await screen.findByTestId("move-done")).toBeVisible();
  expect(screen.queryByTestId("pilot")).toBeNull();
});

test("a pilot that was cut off goes on", async () => {
  await open("pilotCut", "move");
  expect(await screen.findByTestId("pilot")).toHaveAttribute("data-state", "cut");
  expect(screen.getByTestId("start-pilot")).toHaveTextContent("Go on with it");
});

test("a pilot that found something does not lead on", async () => {
  await open("pilotBad", "move");
  const bad = await screen.findByTestId("pilot");
  expect(bad).toHaveAttribute("data-state", "bad");
  expect(within(bad).getByTestId("findings")).toHaveTextContent("IMG_3002.JPG");
  expect(screen.queryByTestId("move-rest")).toBeNull();
});

test("the estimate says what it rests on and shows what is where", async () => {
  const { user } = await open("piloted", "move");
  const card = await screen.findByTestId("estimate");
  expect(card).toHaveTextContent("By the pilot of today");
  expect(card).toHaveTextContent("Most likely");
  expect(within(card).getByTestId("estimate-growth")).toHaveTextContent("1.6 GB and 260 files a month");
  expect(within(card).getAllByTestId("estimate-finding")).toHaveLength(2);
  await user.click(within(card).getByRole("radio", { name: "Kinds" }));
  expect(card).toHaveTextContent("HEIC");
  await user.click(within(card).getByRole("radio", { name: "Largest files" }));
  expect(card).toHaveTextContent("ceremony.mov");
});

test("a sample says what it will rule out, costs and cannot promise, and opens no deletion", async () => {
  const { ipc, user } = await open("moved", "finish");
  const start = vi.spyOn(ipc, "startVerify");
  const levels = await screen.findByTestId("levels");
  for (const words of ["do not erase originals", "may not erase the rest", "may erase"])
    expect(levels).toHaveTextContent(words);
  await user.click(screen.getByTestId("level-sample"));
  expect(screen.getByTestId("sample")).toHaveTextContent("Rule out that more than 0.5% is damaged");
  screen.getByTestId("sample-slider").focus();
  await user.keyboard("{ArrowRight}");
  expect(screen.getByTestId("sample")).toHaveTextContent("Rule out that more than 0.1% is damaged");
  expect(screen.getByTestId("sample-cost")).toHaveTextContent("2,748 files");
  expect(screen.getByTestId("sample-words")).toHaveTextContent("missed with 87.3 % certainty");
  await user.click(screen.getByTestId("verify"));
  expect(start).toHaveBeenCalledWith("sample", 2748 / 21604);
  expect(await screen.findByTestId("sample-bound")).toHaveTextContent("at most 107 files of 21,604");
  expect(screen.getByTestId("verify-result")).toHaveAttribute("data-ok", "true");
  expect(screen.getByTestId("open-delete")).toBeDisabled();
  expect(screen.getByText(/^The last look was not at every byte/)).toBeVisible();
});

test("sizes say that they prove nothing", async () => {
  const { user } = await open("moved", "finish");
  await user.click(await screen.findByTestId("level-sizes"));
  await user.click(screen.getByTestId("verify"));
  const said = await screen.findByTestId("verify-result");
  expect(said).toHaveTextContent("listed in their full size");
  expect(said).toHaveTextContent("do not erase originals");
  expect(screen.getByTestId("open-delete")).toBeDisabled();
});
