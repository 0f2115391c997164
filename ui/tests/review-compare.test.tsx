// Compare over the gallery: it goes on to the next group by itself, undo leads back, and the focus stays where it is.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Group, GroupPage } from "../src/ipc";
import { FIRST_QUERY } from "../src/review/filter";
import { member, pictures } from "./pictures";
import { open } from "./render";

beforeEach(() => void pictures());
afterEach(() => vi.restoreAllMocks());

/** The groups of the list as they come, by their keeper's name. */
async function compare(kind?: RegExp) {
  const page = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  if (kind) await page.user.click(screen.getByRole("radio", { name: kind }));
  await waitFor(() => expect(screen.getByTestId("gallery")).toHaveAttribute("aria-busy", "false"));
  const asked = await page.ipc.groups({ ...FIRST_QUERY, kind: kind ? "similar" : null, offset: 0, limit: 100 });
  await page.user.keyboard("c");
  const dialog = await screen.findByTestId("compare");
  return { ...page, dialog, names: asked.rows.map(keeperOf), rows: asked.rows, total: asked.total };
}
const keeperOf = (group: Group) => group.members.find((m) => m.suggested)?.name ?? "";
const left = () => screen.getByTestId("caption-left").textContent;
/** Longer than the glance that a new group is given before it can be decided. */
const glance = () => new Promise((resolve) => setTimeout(resolve, 230));
const rowcount = () => screen.getByTestId("gallery").getAttribute("aria-rowcount");

test("a decision leads to the next group, and undo back to the one it was made for", async () => {
  const { ipc, user, dialog, names, rows, total } = await compare(/Similar/);
  const decide = vi.spyOn(ipc, "decide");
  expect(left()).toContain(names[0]);
  await user.keyboard("1");
  expect(left()).toContain(names[1]);
  expect(dialog).toContainElement(document.activeElement as HTMLElement);
  await glance();
  await user.keyboard("n");
  expect(left()).toContain(names[2]);
  expect(decide.mock.calls.map(([ids]) => ids[0])).toEqual([rows[0].id, rows[1].id]);
  await waitFor(() => expect(rowcount()).toBe(String(total - 2)));
  expect(left()).toContain(names[2]);

  await user.keyboard("{Control>}z{/Control}");
  await waitFor(() => expect(left()).toContain(names[1]));
  expect(rowcount()).toBe(String(total - 1));
  await user.keyboard("{Control>}z{/Control}");
  await waitFor(() => expect(left()).toContain(names[0]));
  await user.keyboard("{Control>}{Shift>}z{/Shift}{/Control}");
  await waitFor(() => expect(left()).toContain(names[1]));
  expect(dialog).toBeVisible();
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByTestId("compare")).toBeNull());
  await waitFor(() => expect(screen.getByTestId("gallery")).toHaveFocus());
});

test("a press meant for the group before does not decide the next one", async () => {
  const { ipc, names } = await compare();
  const decide = vi.spyOn(ipc, "decide");
  fireEvent.keyDown(document.body, { key: "1", code: "Digit1" });
  fireEvent.keyDown(document.body, { key: "1", code: "Digit1" });
  expect(decide).toHaveBeenCalledTimes(1);
  expect(left()).toContain(names[1]);
});

test("the last group of the list closes Compare; from the end it goes on with the one before", async () => {
  const { ipc, user, rows } = await compare();
  await user.keyboard("{Escape}");
  await ipc.decide(
    rows.slice(2).map((group) => group.id),
    { kind: "later" },
  );
  const rest = await ipc.groups({ ...FIRST_QUERY, offset: 0, limit: 300 });
  await ipc.decide(
    rest.rows.slice(2).map((group) => group.id),
    { kind: "later" },
  );
  await waitFor(() => expect(rowcount()).toBe("2"));
  await user.keyboard("jc");
  await waitFor(() => expect(left()).toContain(keeperOf(rest.rows[1])));
  await user.keyboard("n");
  await waitFor(() => expect(left()).toContain(keeperOf(rest.rows[0])));
  await glance();
  await user.keyboard("n");
  await waitFor(() => expect(screen.queryByTestId("compare")).toBeNull());
  expect(await screen.findByText("All looked through")).toBeVisible();
});

test("the group on screen follows the list, and one that leaves it makes place for the next", async () => {
  const { ipc, names, rows } = await compare();
  await ipc.decide([rows[1].id], { kind: "later" });
  await waitFor(() => expect(Number(rowcount())).toBe(239));
  expect(left()).toContain(names[0]);
  await ipc.decide([rows[0].id], { kind: "later" });
  await waitFor(() => expect(left()).toContain(names[2]));
  expect(await screen.findByText("The group left the list. This is the one in its place.")).toBeVisible();
});

test("among groups of every status the decided one stays, and Compare goes on all the same", async () => {
  const { user, dialog } = await compare();
  await user.keyboard("{Escape}");
  await user.click(
    within(screen.getByRole("radiogroup", { name: "Status of group" })).getByRole("radio", { name: "All" }),
  );
  await waitFor(() => expect(screen.getByTestId("gallery")).toHaveAttribute("aria-busy", "false"));
  expect(dialog).not.toBeInTheDocument();
  screen.getByTestId("gallery").focus();
  await user.keyboard("c");
  const before = left();
  await user.keyboard("n");
  await waitFor(() => expect(left()).not.toBe(before));
  expect(rowcount()).toBe("240");
  await user.keyboard("k");
  await waitFor(() => expect(left()).toBe(before));
});

test("two that are not the keeper are told and turned by what they are to each other", async () => {
  const { ipc } = await open("empty", "review");
  const members = [
    member(1),
    member(2, { relation: "turned", turn: 6 }),
    member(3, { relation: "turned", turn: 1, width: 1600, height: 1067 }),
  ];
  vi.spyOn(ipc, "compare").mockImplementation(async (l, r) => ({
    left: members[l - 1],
    right: members[r - 1],
    same: [],
    differs: [],
    place: null,
    relation: "same",
    distance: 5,
    turn: 6,
  }));
  const { Compare } = await import("../src/review/compare");
  const { mount } = await import("./pictures");
  const group: Group = {
    id: 1,
    kind: "similar",
    status: "open",
    reason: "",
    rule: "pixels",
    sure: true,
    reclaimBytes: 0,
    members,
  };
  const { user } = mount(<Compare group={group} member={1} onDecide={() => {}} onClose={() => {}} />, ipc);
  await user.keyboard("x{ArrowRight}"); // the keeper leaves by the right side
  const dialog = screen.getByTestId("compare");
  expect(
    await within(dialog).findByText(
      /Neither is the keeper, IMG_1.JPG. Against the left one, the right one is the same/,
    ),
  ).toHaveTextContent("smaller (1600 × 1067 instead of 6000 × 4000). Hardly different: 5 of 256.");
  const image = await within(dialog).findByRole("img", { name: /Right: IMG_3.JPG/ });
  expect(image.style.transform).toContain("rotate(180deg)");
});

test("rows stay in sight, dimmed, until another filter has its answer", async () => {
  const { ipc, user } = await open("demo", "review");
  const before = (await screen.findAllByTestId("group-row")).length;
  const answer = await ipc.groups({ ...FIRST_QUERY, kind: "burst", offset: 0, limit: 100 });
  let arrive: (page: GroupPage) => void = () => {};
  vi.spyOn(ipc, "groups").mockImplementation(
    () =>
      new Promise((resolve) => {
        arrive = resolve;
      }),
  );
  const decide = vi.spyOn(ipc, "decide");
  await user.click(screen.getByRole("radio", { name: /Bursts/ }));
  expect(screen.queryByTestId("gallery-skeleton")).toBeNull();
  expect(screen.getAllByTestId("group-row")).toHaveLength(before);
  expect(screen.getByTestId("gallery")).toHaveAttribute("aria-busy", "true");
  expect(screen.getByTestId("bulk-menu")).toBeDisabled();
  await user.keyboard("a");
  expect(decide).not.toHaveBeenCalled();
  arrive(answer);
  await waitFor(() => expect(screen.getByTestId("gallery")).toHaveAttribute("aria-rowcount", "24"));
  expect(screen.getByTestId("gallery")).toHaveAttribute("aria-busy", "false");
});
