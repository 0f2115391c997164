// Review opens where it was left: filter, order and row; what is stored is believed with care.
import { screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { FIRST_QUERY } from "../src/review/filter";
import { parsePlace } from "../src/review/use-place";
import { open } from "./render";

const FIRST = { query: FIRST_QUERY, row: 0 };
const parse = (query: object, row?: unknown) => parsePlace(JSON.stringify({ query, row }));

test("what makes no sense falls back, piece by piece", () => {
  for (const stored of [null, undefined, "", "{", "[]", "7", '"x"', "{}", '{"query":[]}', '{"query":null,"row":-1}'])
    expect(parsePlace(stored)).toEqual(FIRST);
  const all = {
    kind: "burst",
    status: null,
    relation: "crop",
    folders: [3, 5],
    from: "2019",
    to: "2020-05",
    minBytes: 1_000_000,
    search: "DCIM",
    sure: false,
    sort: "distance",
    reverse: true,
  };
  expect(parse(all, 12)).toEqual({ query: all, row: 12 });
  expect(
    parse(
      {
        kind: "toString",
        status: "gone",
        relation: "keeper",
        folders: [3, -1, "x", 3, 5, 6],
        from: "19",
        to: 2020,
        minBytes: Number.MAX_VALUE,
        search: 7,
        sure: "yes",
        sort: "magic",
        reverse: 1,
        limit: 9,
      },
      1.5,
    ),
  ).toEqual({ query: { ...FIRST_QUERY, folders: [3, 5] }, row: 0 });
});

test("filter, order and row outlive leaving the screen, and are stored", async () => {
  const { ipc, user } = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  const set = vi.spyOn(ipc, "setPreference");
  await user.click(screen.getByRole("radio", { name: /Similar/ }));
  await user.selectOptions(screen.getByRole("combobox", { name: "Sort by" }), "date");
  await waitFor(() => expect(screen.getByTestId("gallery")).toHaveAttribute("aria-rowcount", "72"));
  await user.keyboard("{Tab}");
  screen.getByTestId("gallery").focus();
  await user.keyboard("jj");
  const focused = () => document.querySelector('[data-focused="true"]')?.id;
  const was = focused();
  await user.click(screen.getByTestId("step-sources"));
  // On a slow machine what was done before the last key is stored on its own.
  expect(parsePlace(set.mock.lastCall?.[1])).toEqual({
    query: { ...FIRST_QUERY, kind: "similar", sort: "date" },
    row: 2,
  });
  await user.click(screen.getByTestId("step-review"));
  await waitFor(() => expect(focused()).toBe(was));
  expect(screen.getByRole("combobox", { name: "Sort by" })).toHaveDisplayValue("Oldest first");
  await user.click(screen.getByRole("radio", { name: /Exact/ }));
  await waitFor(() => expect(screen.getByTestId("gallery")).toHaveAttribute("aria-rowcount", "144"));
  await waitFor(() => expect(parsePlace(set.mock.lastCall?.[1])).toMatchObject({ query: { kind: "exact" }, row: 0 }));
});

test("after a restart the stored filter is in force at once", async () => {
  const { createFake } = await import("../src/ipc/fake");
  const { render } = await import("@testing-library/react");
  const { App } = await import("../src/app");
  const ipc = createFake({ scenario: "demo", step: "review", instant: true });
  await ipc.setPreference("reviewFilter", JSON.stringify({ query: { ...FIRST_QUERY, kind: "burst" }, row: 1 }));
  const groups = vi.spyOn(ipc, "groups");
  render(<App ipc={ipc} />);
  await waitFor(() => expect(screen.getByTestId("gallery")).toHaveAttribute("aria-rowcount", "24"));
  expect(groups.mock.calls.every(([query]) => query.kind === "burst")).toBe(true);
  expect(document.querySelector('[data-focused="true"]')?.closest("[role=row]")).toHaveAttribute("aria-rowindex", "2");
});
