// The report on the Finish screen: what became of every file, where one of them is, and taking it all along.
import { render, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { App } from "../src/app";
import type { AppError } from "../src/ipc";
import { createFake } from "../src/ipc/fake";
import { open } from "./render";

const REFUSED: AppError = { code: "file_failed", message: "The disk is full.", safe: "Nothing.", next: "Make room." };

test("the report balances and lists every file, few at a time", async () => {
  const { user } = await open("verified", "finish");
  expect(await screen.findByTestId("plan-balance")).toHaveAttribute("data-balanced", "true");
  expect(screen.getByTestId("report")).toHaveTextContent("21,604 files read back and compared.");
  expect(screen.queryByTestId("report-row")).toBeNull();
  await user.click(screen.getByTestId("report-open"));
  expect((await screen.findAllByTestId("report-row")).length).toBeLessThan(40);
  expect(screen.getByTestId("report-count")).toHaveTextContent("24,459 files");
});

test("chips and search narrow the list, and nothing found is said", async () => {
  const { user } = await open("verified", "finish");
  await user.click(await screen.findByTestId("report-open"));
  await screen.findAllByTestId("report-row");
  await user.click(within(screen.getByTestId("report-chips")).getByText("Duplicate"));
  await waitFor(() => {
    const rows = screen.getAllByTestId("report-row");
    expect(rows.map((row) => row.textContent?.includes("Duplicate"))).not.toContain(false);
  });
  await user.type(screen.getByTestId("report-search"), "no such name");
  expect(await screen.findByText("No file matches.")).toBeVisible();
});

test("files are told apart by how far they are", async () => {
  const { ipc, user } = await open("error", "finish");
  const page = vi.spyOn(ipc, "reportPage");
  await user.click(await screen.findByTestId("report-open"));
  await screen.findAllByTestId("report-row");
  const all = screen.getByTestId("report-count").textContent;
  await user.click(within(screen.getByTestId("report-states")).getByText("Failed"));
  await waitFor(() => expect(page).toHaveBeenLastCalledWith(expect.objectContaining({ state: "failed" })));
  await waitFor(() => expect(screen.getByTestId("report-count").textContent).not.toBe(all));
  // A stage that no file of the outcome is at does not narrow it.
  await user.click(within(screen.getByTestId("report-chips")).getByText("Already there"));
  await waitFor(() =>
    expect(page).toHaveBeenLastCalledWith(expect.objectContaining({ outcome: "alreadyThere", state: null })),
  );
});

test("the files are shown as pictures too, few at a time, and each leads to its answers", async () => {
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(900);
  const { user } = await open("verified", "finish");
  await user.click(await screen.findByTestId("report-open"));
  await screen.findAllByTestId("report-row");
  await user.click(within(screen.getByTestId("report-view")).getByText("Gallery"));
  const tiles = await screen.findAllByTestId("report-tile");
  expect(tiles.length).toBeGreaterThan(12);
  expect(tiles.length).toBeLessThan(120);
  expect(screen.queryByTestId("report-row")).toBeNull();
  const places = screen.getAllByRole("listitem").flatMap((one) => one.getAttribute("aria-posinset") ?? []);
  expect(new Set(places).size).toBe(places.length);
  await user.click(tiles[1]);
  expect(await screen.findByTestId("where")).toBeVisible();
  vi.restoreAllMocks();
});

test("a row opens where its file came from and where it is now", async () => {
  const { user } = await open("deleted", "finish");
  await user.click(await screen.findByTestId("report-open"));
  await user.click((await screen.findAllByTestId("report-row"))[0]);
  const sheet = await screen.findByTestId("where");
  const moments = await within(sheet).findByTestId("where-timeline");
  const kinds = [...moments.querySelectorAll("[data-moment]")].map((one) => one.getAttribute("data-moment"));
  expect(kinds).toEqual(["found", "fingerprinted", "planned", "copied", "verified", "removed"]);
  expect(sheet).toHaveTextContent("original: not there any more");
  expect(within(sheet).getByTestId("where-copies")).toHaveTextContent("Read back and compared");
  await user.click(within(sheet).getByRole("button", { name: "Close" }));
  await waitFor(() => expect(screen.queryByTestId("where")).toBeNull());
});

test("a duplicate says of what, and leads there", async () => {
  const { ipc, user } = await open("verified", "finish");
  await user.click(await screen.findByTestId("report-open"));
  await user.click(within(await screen.findByTestId("report-chips")).getByText("Duplicate"));
  await waitFor(() => expect(screen.getAllByTestId("report-row")[0]).toHaveTextContent("Duplicate"));
  await user.click(screen.getAllByTestId("report-row")[0]);
  const sheet = await screen.findByTestId("where");
  expect(await within(sheet).findByText("The same bytes lie in")).toBeVisible();
  expect(sheet).toHaveTextContent("No copy of it is known.");
  const before = ipc.calls.filter((call) => call === "where_is").length;
  await user.click(within(sheet).getAllByRole("button").at(-1) as HTMLElement);
  await waitFor(() => expect(ipc.calls.filter((call) => call === "where_is").length).toBeGreaterThan(before));
});

test("the report is exported in three forms, and a failure says what is safe", async () => {
  const { ipc, user } = await open("verified", "finish");
  await waitFor(() => expect(screen.getByTestId("report-export")).toBeEnabled());
  for (const format of ["html", "csv", "json"]) {
    await user.click(screen.getByTestId("report-export"));
    await user.click(await screen.findByTestId(`report-export-${format}`));
    await waitFor(() => expect(screen.queryByTestId(`report-export-${format}`)).toBeNull());
  }
  expect(ipc.calls.filter((call) => call === "export_report")).toHaveLength(3);
  ipc.failNext("export_report", REFUSED);
  await user.click(screen.getByTestId("report-export"));
  await user.click(await screen.findByTestId("report-export-csv"));
  expect(await screen.findByTestId("error-box")).toHaveTextContent("The disk is full.");
});

test("a report that does not balance says what is missing, and shows it", async () => {
  const fake = createFake({ scenario: "verified", step: "finish", instant: true });
  const whole = await fake.report();
  const { ipc, user } = await open("verified", "finish");
  const without = { files: 1, bytes: 4_000_000 };
  ipc.report = async () => ({ ...whole, balanced: false, without });
  const asked: boolean[] = [];
  const page = ipc.reportPage;
  ipc.reportPage = (query) => {
    asked.push(query.without);
    return page(query);
  };
  await ipc.startVerify("readBack", null);
  expect(await screen.findByTestId("report-unbalanced")).toHaveTextContent("1 file, 4.0 MB, have no outcome");
  await user.click(screen.getByTestId("report-open"));
  await user.click(within(await screen.findByTestId("report-chips")).getByText("No outcome"));
  await waitFor(() => expect(asked).toContain(true));
});

test("a report that cannot be read can be asked for again", async () => {
  const { ipc, user } = await open("verified", "finish");
  await screen.findByTestId("plan-balance");
  const whole = ipc.report;
  ipc.report = async () => {
    throw REFUSED;
  };
  await user.click(screen.getByTestId("step-move"));
  await user.click(screen.getByTestId("step-finish"));
  await ipc.startVerify("readBack", null);
  const box = await screen.findByTestId("error-box");
  ipc.report = whole;
  await user.click(within(box).getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(screen.queryByTestId("error-box")).toBeNull());
});

test("no card stands before its neighbours, and one slow answer holds none of them back for long", async () => {
  const ipc = createFake({ scenario: "verified", step: "finish", instant: true });
  const report = await ipc.report();
  let told = (_: typeof report) => {};
  vi.spyOn(ipc, "report").mockReturnValue(new Promise((resolve) => (told = resolve)));
  const way = vi.spyOn(ipc, "way");
  render(<App ipc={ipc} />);
  expect(await screen.findByRole("status", { name: "Looking up what was moved" })).toBeVisible();
  await waitFor(() => expect(way).toHaveResolved());
  expect(screen.queryByTestId("reconcile")).toBeNull();
  expect(await screen.findByTestId("reconcile", {}, { timeout: 5000 })).toBeVisible();
  expect(screen.queryByTestId("plan-balance")).toBeNull();
  told(report);
  expect(await screen.findByTestId("plan-balance")).toBeVisible();
});
