// The filters of the gallery: what they ask for, how they are taken off, and what was found.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { conditions, FIRST_QUERY, isDate } from "../src/review/filter";
import { open } from "./render";

async function gallery() {
  const page = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  return { ...page, groups: vi.spyOn(page.ipc, "groups") };
}

test("kind, status and order ask for what they say", async () => {
  const { groups, user } = await gallery();
  await user.click(screen.getByRole("radio", { name: /Bursts/ }));
  await waitFor(() =>
    expect(groups).toHaveBeenLastCalledWith(expect.objectContaining({ kind: "burst", status: "open" })),
  );
  await waitFor(() => expect(screen.getByTestId("found")).toHaveTextContent("24 groups · nothing is suggested"));
  await user.click(
    within(screen.getByRole("radiogroup", { name: "Status of group" })).getByRole("radio", { name: "All" }),
  );
  await user.selectOptions(screen.getByRole("combobox", { name: "Sort by" }), "distance");
  await user.click(screen.getByRole("button", { name: /Other way round/ }));
  await waitFor(() =>
    expect(groups).toHaveBeenCalledWith(
      expect.objectContaining({ kind: "burst", status: null, sort: "distance", reverse: true }),
    ),
  );
  expect(screen.getByRole("combobox", { name: "Sort by" })).toHaveDisplayValue("Least alike");
});

test("more filters take effect, show as chips, and are taken off one by one", async () => {
  const { groups, user } = await gallery();
  await user.click(screen.getByTestId("open-more-filters"));
  const panel = await screen.findByTestId("more-filters");
  await user.selectOptions(within(panel).getByRole("combobox", { name: "Has a member that is" }), "crop");
  await user.type(within(panel).getByLabelText("Path has"), "whatsapp");
  await user.type(within(panel).getByLabelText("Taken from"), "2016");
  await user.type(within(panel).getByLabelText("Megabytes to win, at least"), "1");
  await user.click(within(panel).getByRole("radio", { name: "Albumen is sure" }));
  await user.click(await within(panel).findByRole("checkbox", { name: /WhatsApp Images/ }));
  await waitFor(() =>
    expect(groups).toHaveBeenLastCalledWith(
      expect.objectContaining({
        relation: "crop",
        search: "whatsapp",
        from: "2016",
        to: null,
        minBytes: 1_000_000,
        sure: true,
        folders: [4],
      }),
    ),
  );
  await user.click(within(panel).getByRole("button", { name: "Done" }));
  const chips = screen.getByRole("list", { name: "Filters in force" });
  expect(within(chips).getByRole("button", { name: "Take off: With: crop" })).toBeVisible();
  expect(within(chips).getByRole("button", { name: /Take off: In .*WhatsApp Images/ })).toBeVisible();
  await user.click(within(chips).getByRole("button", { name: "Take off: With: crop" }));
  await waitFor(() =>
    expect(groups).toHaveBeenLastCalledWith(expect.objectContaining({ relation: null, search: "whatsapp" })),
  );
  await user.click(within(chips).getByRole("button", { name: "Take all off" }));
  await waitFor(() => expect(screen.getByTestId("found")).toHaveTextContent("240 groups"));
});

test("a date that is none does not take effect and says how to write one", async () => {
  const { groups, user } = await gallery();
  await user.click(screen.getByTestId("open-more-filters"));
  await user.type(await screen.findByLabelText("until"), "19");
  expect(await screen.findByText("Write 2019, 2019-07 or 2019-07-04")).toBeVisible();
  expect(groups).not.toHaveBeenCalledWith(expect.objectContaining({ to: "19" }));
  expect(["2019", "2019-07", "2019-07-04"].every(isDate)).toBe(true);
  expect(["19", "2019-13", "2019-7", "2019-07-40", "July"].some(isDate)).toBe(false);
});

test("a filter that finds nothing says so and is taken off from there", async () => {
  const { user } = await gallery();
  await user.click(screen.getByTestId("open-more-filters"));
  await user.type(await screen.findByLabelText("Path has"), "no such folder");
  await user.click(await screen.findByRole("button", { name: "Done" }));
  expect(await screen.findByText("No group meets all the filters in force.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Take all filters off" }));
  expect((await screen.findAllByTestId("group-row")).length).toBeGreaterThan(0);
});

test("every condition has its words", () => {
  const query = {
    ...FIRST_QUERY,
    relation: "turned" as const,
    sure: false,
    folders: [7],
    from: "2019",
    to: "2020-05",
    minBytes: 5_000_000,
    search: "DCIM",
  };
  expect(conditions(query, undefined).map((condition) => condition.label)).toEqual([
    "With: turned",
    "You decide",
    "In a folder",
    "From 2019",
    "Until 2020-05",
    "5.0 MB or more to win",
    "Path has “DCIM”",
  ]);
});
