// One decision for all groups shown: it says what happens, asks first, and one undo takes it back.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { happens, notCopied } from "../src/review/bulk/offer";
import { FIRST_QUERY, filterOf } from "../src/review/filter";
import { open } from "./render";

async function menu(item: string) {
  const page = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  const decideAll = vi.spyOn(page.ipc, "decideAll");
  await page.user.click(screen.getByTestId("bulk-menu"));
  await page.user.click(await screen.findByTestId(item));
  return { ...page, decideAll, dialog: await screen.findByTestId("bulk-dialog") };
}

const OPEN = filterOf(FIRST_QUERY);
const rowcount = () => screen.getByTestId("gallery").getAttribute("aria-rowcount");

test("accepting all suggestions is confirmed, leaves what is yours to decide open, and is undone at once", async () => {
  const { user, decideAll, dialog } = await menu("bulk-accept");
  const confirm = await within(dialog).findByRole("button", { name: /Accept 2\d\d groups/ });
  expect(dialog).toHaveTextContent(/\d+ photos, [\d.]+ GB, are not copied to the destination\./);
  expect(dialog).toHaveTextContent("Every file stays in its folder.");
  expect(dialog).toHaveTextContent("One undo takes all of it back.");
  expect(within(dialog).getByRole("checkbox", { name: /Leave the \d+ groups where you decide open/ })).toBeChecked();
  expect(decideAll).not.toHaveBeenCalled();
  await user.click(confirm);
  expect(decideAll).toHaveBeenCalledWith({ ...OPEN, sure: true }, { kind: "keepSuggested" });
  expect(await screen.findByText(/^Accept 2\d\d groups$/)).toBeVisible();
  expect(screen.getByText(/will not be copied. The files stay in their folders./)).toBeVisible();
  await waitFor(() => expect(Number(rowcount())).toBeLessThan(50));
  await user.click(screen.getByRole("button", { name: "Undo" }));
  await waitFor(() => expect(rowcount()).toBe("240"));
});

test("cancelling decides nothing", async () => {
  const { user, decideAll, dialog } = await menu("bulk-accept");
  await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
  expect(screen.queryByTestId("bulk-dialog")).toBeNull();
  expect(decideAll).not.toHaveBeenCalled();
});

test("groups that are the person’s to decide can be accepted too, and keep all their photos", async () => {
  const { ipc, user, decideAll, dialog } = await menu("bulk-accept");
  await user.click(await within(dialog).findByRole("checkbox", { name: /where you decide open/ }));
  await user.click(within(dialog).getByRole("button", { name: "Accept 240 groups" }));
  expect(decideAll).toHaveBeenCalledWith(OPEN, { kind: "keepSuggested" });
  const unclear = await ipc.groups({ ...FIRST_QUERY, status: "decided", sure: false, offset: 0, limit: 100 });
  expect(unclear.total).toBeGreaterThan(0);
  expect(unclear.rows.every((group) => group.members.every((m) => m.keep))).toBe(true);
});

test("not duplicates for all shown, of one kind", async () => {
  const { ipc, user } = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  const decideAll = vi.spyOn(ipc, "decideAll");
  await user.click(screen.getByRole("radio", { name: /Bursts/ }));
  await waitFor(() => expect(rowcount()).toBe("24"));
  await user.click(screen.getByTestId("bulk-menu"));
  await user.click(await screen.findByTestId("bulk-not-duplicates"));
  const dialog = await screen.findByTestId("bulk-dialog");
  await user.click(await within(dialog).findByRole("button", { name: "Keep all photos of 24 groups" }));
  expect(decideAll).toHaveBeenCalledWith({ ...OPEN, kind: "burst" }, { kind: "notDuplicates" });
  expect(await screen.findByText("All looked through").catch(() => screen.findByText("No groups here"))).toBeVisible();
});

test("among groups of every status only the open ones are decided", async () => {
  const { ipc, user } = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  await ipc.decide([1, 2, 3], { kind: "notDuplicates" });
  const decideAll = vi.spyOn(ipc, "decideAll");
  await user.click(
    within(screen.getByRole("radiogroup", { name: "Status of group" })).getByRole("radio", { name: "All" }),
  );
  await waitFor(() => expect(screen.getByTestId("bulk-menu")).toHaveTextContent("For all 237 open groups"));
  await user.click(screen.getByTestId("bulk-menu"));
  await user.click(await screen.findByTestId("bulk-later"));
  const dialog = await screen.findByTestId("bulk-dialog");
  expect(dialog).toHaveTextContent("Only open groups are decided; what you decided before stays.");
  await user.click(await within(dialog).findByRole("button", { name: "Put 237 groups off" }));
  expect(decideAll).toHaveBeenCalledWith(OPEN, { kind: "later" });
});

test("one group is decided without asking", async () => {
  const { ipc, user } = await open("demo", "review");
  await screen.findAllByTestId("group-row");
  await ipc.decideAll({ ...OPEN, kind: "exact" }, { kind: "later" });
  await ipc.decideAll({ ...OPEN, kind: "burst" }, { kind: "later" });
  const similar = await ipc.groups({ ...FIRST_QUERY, offset: 0, limit: 100 });
  await ipc.decide(
    similar.rows.slice(1).map((group) => group.id),
    { kind: "later" },
  );
  await waitFor(() => expect(rowcount()).toBe("1"));
  await user.click(screen.getByTestId("bulk-menu"));
  await user.click(await screen.findByRole("menuitem", { name: /Later: this group/ }));
  expect(screen.queryByTestId("bulk-dialog")).toBeNull();
  await waitFor(() => expect(screen.getByTestId("undo")).toHaveAccessibleName("Undo: Decide 1 group later"));
});

test("the question names photos and bytes, and says so where nothing is left out", () => {
  expect(notCopied({ reclaimAssets: 1, reclaimBytes: 5_000_000 })).toBe("1 photo, 5.0 MB, is not copied");
  expect(notCopied({ reclaimAssets: 1234, reclaimBytes: 3_100_000_000 })).toBe("1,234 photos, 3.1 GB, are not copied");
  expect(notCopied({ reclaimAssets: 0, reclaimBytes: 0 })).toBeNull();
  expect(happens("keepSuggested", 24, { reclaimAssets: 0, reclaimBytes: 0 })).toContain("All photos are copied.");
});

test("what was found names photos, too", async () => {
  await open("demo", "review");
  await screen.findAllByTestId("group-row");
  expect(screen.getByTestId("found")).toHaveTextContent(/240 groups · accepting would not copy \d+ photos, [\d.]+ GB/);
});
