// Two homes and keeping in step: what a person switches on, sees, and does beside it.
import { act, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { App } from "../src/app";
import type { JobState } from "../src/ipc";
import { createFake } from "../src/ipc/fake";
import { open } from "./render";

test("keeping in step is switched on, paused and switched off", async () => {
  const { ipc, user } = await open("moved", "move");
  const start = vi.spyOn(ipc, "keepInStep");
  const card = await screen.findByTestId("in-step");
  expect(card).toHaveAttribute("data-at", "off");
  expect(screen.queryByTestId("in-step-mark")).toBeNull();
  await user.click(screen.getByTestId("in-step-start"));
  expect(start).toHaveBeenCalledWith(4);
  await waitFor(() => expect(card).toHaveAttribute("data-at", "listening"));
  expect(screen.getByTestId("in-step-state")).toHaveTextContent("In step");
  expect(screen.getByTestId("in-step-last")).toHaveTextContent(
    "3 new, 1 changed, 2 renamed, 1 gone here (its copy stays), 7 files sent",
  );
  expect(screen.getByTestId("in-step-mark")).toHaveTextContent("In step");
  await user.click(screen.getByTestId("in-step-pause"));
  await waitFor(() => expect(card).toHaveAttribute("data-at", "paused"));
  expect(screen.getByTestId("in-step-mark")).toHaveTextContent("Paused");
  await user.click(screen.getByTestId("in-step-resume"));
  await waitFor(() => expect(card).toHaveAttribute("data-at", "listening"));
  await user.click(screen.getByTestId("in-step-stop"));
  await waitFor(() => expect(card).toHaveAttribute("data-at", "off"));
});

test("what was on goes on by itself and says so; each home says how far behind it is", async () => {
  const { user } = await open("twoHomes", "move");
  expect(await screen.findByTestId("in-step-resumed")).toHaveTextContent("went on by itself");
  expect(screen.getByTestId("in-step-state")).toHaveTextContent("12 files behind");
  const homes = await screen.findAllByTestId("home");
  expect(homes.map((home) => home.getAttribute("data-behind"))).toEqual(["0", "12"]);
  expect(homes[0]).toHaveTextContent("Has everything");
  expect(homes[1]).toHaveTextContent("12 files, 78.0 MB behind, since");
  expect(within(homes[1] as HTMLElement).getByTestId("error-box")).toHaveTextContent("cannot be reached");
  // Elsewhere too.
  await user.click(screen.getByTestId("step-review"));
  expect(screen.getByTestId("in-step-mark")).toHaveTextContent("12 behind");
  await user.click(screen.getByTestId("in-step-mark"));
  expect(await screen.findByTestId("screen-move")).toBeVisible();
});

test("a round disables nothing, and hides nothing of what the person started", async () => {
  const ipc = createFake({ scenario: "moved", step: "move", instant: true });
  const tell: ((job: JobState) => void)[] = [];
  const onJob = ipc.onJob;
  ipc.onJob = (listener) => {
    tell.push(listener);
    return onJob(listener);
  };
  render(<App ipc={ipc} />);
  const user = userEvent.setup();
  expect(await screen.findByTestId("move-done")).toBeVisible();
  const round: JobState = {
    id: 900,
    kind: "migrate",
    status: "running",
    stage: "Moving to two homes",
    filesDone: 3,
    filesTotal: 9,
    bytesDone: 30,
    bytesTotal: 90,
    bytesPerSecond: 10,
    etaSeconds: 6,
    elapsedSeconds: 3,
    failed: 0,
    workers: [],
    pace: null,
    heldBy: null,
    message: null,
    isForWatch: true,
    error: null,
  };
  act(() => {
    for (const listener of tell) listener(round);
  });
  expect(screen.getByTestId("job-bar")).toHaveTextContent("Keeping in step: Moving to two homes");
  expect(within(screen.getByTestId("job-bar")).queryByTestId("cancel")).toBeNull();
  expect(screen.getByTestId("move-done")).toBeVisible();
  await user.click(screen.getByTestId("step-finish"));
  expect(await screen.findByTestId("verify")).toBeEnabled();
  // A round that fails is no failure of theirs.
  act(() => {
    for (const listener of tell) listener({ ...round, status: "failed" });
  });
  expect(screen.queryByTestId("job-bar")).toBeNull();
  expect(screen.queryByTestId("error-box")).toBeNull();
});

test("a second home is added by the same forms, and let go", async () => {
  const { ipc, user } = await open("moved", "destination");
  const first = vi.spyOn(ipc, "chooseDestination");
  expect(await screen.findByTestId("second-home")).toHaveAttribute("data-named", "false");
  await user.click(screen.getByTestId("add-second"));
  await user.click(screen.getByTestId("dest-s3"));
  await user.type(screen.getByTestId("s3-bucket"), "family");
  await user.click(screen.getByTestId("dest-test"));
  await waitFor(() => expect(screen.getByTestId("dest-use")).toBeEnabled());
  await user.click(screen.getByTestId("dest-use"));
  await waitFor(() => expect(screen.getByTestId("second-home")).toHaveAttribute("data-named", "true"));
  expect(screen.getByTestId("second-home")).toHaveTextContent("family on https://s3.us-east-1.amazonaws.com");
  expect(first).not.toHaveBeenCalled();
  expect(screen.getByTestId("dest-current")).toHaveTextContent("/media/anna/Archive/Photos");
  await user.click(screen.getByTestId("forget-second"));
  await waitFor(() => expect(screen.getByTestId("second-home")).toHaveAttribute("data-named", "false"));
});

test("with two homes, Finish is about one of them and leads to the other", async () => {
  const { ipc, user } = await open("twoHomes", "finish");
  const choose = vi.spyOn(ipc, "chooseDestination");
  const which = await screen.findByTestId("home-switch");
  expect(which).toHaveTextContent("/media/anna/Archive/Photos");
  await user.click(screen.getByTestId("other-home"));
  expect(choose).toHaveBeenCalledWith(expect.objectContaining({ kind: "s3" }), null, false);
});

test("a second home whose key is missing says so, and its key is given by the same form", async () => {
  const ipc = createFake({ scenario: "twoHomes", step: "destination", instant: true });
  const homes = ipc.homes;
  let missing = true;
  ipc.homes = async () => {
    const [first, second] = await homes();
    if (!first || !second || !missing) return homes();
    return [first, { ...second, destination: { ...second.destination, secret: "missing" } }];
  };
  render(<App ipc={ipc} />);
  const user = userEvent.setup();
  const named = vi.spyOn(ipc, "nameSecondHome");
  const card = await screen.findByTestId("second-home");
  await waitFor(() => expect(card).toHaveTextContent("Not open"));
  expect(card).toHaveTextContent("The key for this destination is missing.");
  await user.click(within(card).getByRole("button", { name: "Enter the key again" }));
  expect(screen.getByTestId("s3-bucket")).toHaveValue("family-photos");
  await user.click(screen.getByTestId("dest-test"));
  await waitFor(() => expect(screen.getByTestId("dest-use")).toBeEnabled());
  missing = false;
  await user.click(screen.getByTestId("dest-use"));
  expect(named).toHaveBeenCalledOnce();
  await waitFor(() => expect(screen.getByTestId("second-home")).not.toHaveTextContent("Not open"));
});
