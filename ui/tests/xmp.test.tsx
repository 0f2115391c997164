// XMP files beside the copies: asked for with a tick, previewed with who says what.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { XMP_SUMMARY } from "../src/ipc/fake/xmp";
import { notes } from "../src/plan/xmp-card";
import { open } from "./render";

test("the tick is off, and the plan with it shows how many photos get a file, and who says what", async () => {
  const { user, ipc } = await open("demo", "plan");
  expect(screen.queryByTestId("xmp-card")).toBeNull();
  await user.click(screen.getByTestId("change-layout"));
  const tick = screen.getByRole("checkbox", { name: /XMP files beside the copies/ });
  expect(tick).not.toBeChecked();
  await user.click(tick);
  await user.click(screen.getByTestId("make-plan"));
  const card = within(await screen.findByTestId("xmp-card"));
  expect(ipc.calls).toContain("xmp_rows");
  expect(card.getByText("37")).toBeVisible();
  const facts = within(await card.findByTestId("xmp-facts"));
  expect(facts.getByText("At the pier, before the storm")).toBeVisible();
  expect(facts.getByText("in the photo itself")).toBeVisible();
  expect(facts.getByText("Ben")).toBeVisible();
  await user.click(card.getAllByTestId("xmp-row")[1] as HTMLElement);
  expect(await facts.findByText("Anna")).toBeVisible();
  await user.type(card.getByRole("searchbox"), "IMG_2036");
  await waitFor(() => expect(card.getAllByTestId("xmp-row")).toHaveLength(1));
});

test("what becomes of the others is said, and nothing where there are none", () => {
  const said = notes(XMP_SUMMARY);
  expect(said).toHaveLength(4);
  expect(said[1]).toContain("stays as it is");
  expect(notes({ ...XMP_SUMMARY, there: 0, outdated: 0, own: 0, ownLacks: 0 })).toEqual([]);
});
