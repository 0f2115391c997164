// Destination, plan, move and finish: what a person does from the choice of a home to the end.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { open } from "./render";

test("a destination can be used only once it passed its test", async () => {
  const { user } = await open("demo", "destination");
  await user.click(screen.getByTestId("dest-s3"));
  await user.type(screen.getByTestId("s3-bucket"), "photos");
  await user.type(screen.getByTestId("s3-access-key"), "AK");
  expect(screen.getByText("Both keys are needed, or none.")).toBeVisible();
  await user.type(screen.getByTestId("s3-secret-key"), "SK");
  expect(screen.getByTestId("s3-secret-key")).toHaveAttribute("type", "password");
  expect(screen.getByTestId("dest-use")).toBeDisabled();
  await user.click(screen.getByTestId("dest-test"));
  expect(await screen.findByTestId("dest-facts")).toHaveAttribute("data-ok", "true");
  await user.type(screen.getByTestId("s3-bucket"), "x");
  expect(screen.getByTestId("dest-use")).toBeDisabled();
  await user.click(screen.getByTestId("dest-test"));
  await waitFor(() => expect(screen.getByTestId("dest-use")).toBeEnabled());
  await user.click(screen.getByTestId("dest-use"));
  await waitFor(() =>
    expect(screen.getByTestId("dest-current")).toHaveTextContent("photosx on https://s3.us-east-1.amazonaws.com"),
  );
  expect(screen.getByTestId("dest-current")).toHaveTextContent("keychain");
});

test("a provider fills in what it always wants and asks for the rest", async () => {
  const { user } = await open("demo", "destination");
  await user.click(screen.getByTestId("dest-s3"));
  await user.type(screen.getByTestId("s3-bucket"), "photos");
  expect(screen.getByTestId("s3-endpoint")).toHaveValue("https://s3.us-east-1.amazonaws.com");
  await user.selectOptions(screen.getByLabelText("Provider"), "Backblaze B2");
  await user.clear(screen.getByTestId("s3-region"));
  await user.type(screen.getByTestId("s3-region"), "eu-central-003");
  expect(screen.getByTestId("s3-endpoint")).toHaveValue("https://s3.eu-central-003.backblazeb2.com");
  expect(screen.getByTestId("s3-endpoint")).toHaveAttribute("readonly");
  await user.selectOptions(screen.getByLabelText("Provider"), "Cloudflare R2");
  expect(screen.getByTestId("s3-region")).toHaveValue("auto");
  expect(screen.getByTestId("s3-endpoint")).toHaveValue("");
  expect(screen.getByTestId("dest-test")).toBeDisabled();
  await user.type(screen.getByTestId("s3-endpoint"), "https://0.r2.cloudflarestorage.com");
  expect(screen.getByTestId("dest-test")).toBeEnabled();
  expect(screen.getByTestId("s3-bucket")).toHaveValue("photos");
});

test("the plan balances, is searched, and says when it is stale", async () => {
  const { ipc, user } = await open("demo", "plan");
  expect(await screen.findByTestId("plan-balance")).toHaveAttribute("data-balanced", "true");
  expect((await screen.findAllByTestId("plan-row")).length).toBeLessThan(60);
  await user.type(screen.getByTestId("plan-search"), "IMG_1234");
  await waitFor(
    () =>
      expect(screen.getAllByTestId("plan-row").map((row) => row.textContent?.includes("IMG_1234"))).not.toContain(
        false,
      ),
    { timeout: 3000 },
  );
  await ipc.decide([1], { kind: "keepSuggested" });
  expect(await screen.findByTestId("plan-stale")).toHaveTextContent("plan again");
  expect(screen.getByTestId("start-moving")).toBeDisabled();
  await user.click(screen.getByTestId("make-plan"));
  await waitFor(() => expect(screen.queryByTestId("plan-stale")).toBeNull());
});

test("a layout that cannot be is explained at the input", async () => {
  const { user } = await open("demo", "plan");
  expect(screen.queryByTestId("layout")).toBeNull();
  await user.click(screen.getByTestId("change-layout"));
  const input = screen.getByTestId("layout");
  await user.clear(input);
  await user.type(input, "{{moon}/{{original name}");
  expect(await screen.findByText(/\{moon\}” is not a word this layout knows/)).toBeVisible();
});

test("the move runs to its end and leads to verify", async () => {
  const { ipc, user } = await open("demo", "move");
  const start = vi.spyOn(ipc, "startMigrate");
  expect(screen.getByTestId("move-progress")).toHaveAttribute("data-state", "idle");
  await user.click(screen.getByTestId("start-move"));
  expect(start).toHaveBeenCalledWith(4, true);
  expect(await screen.findByTestId("move-done")).toHaveTextContent("21,604 files copied");
  expect(screen.getByTestId("move-progress")).toHaveAttribute("data-state", "done");
  await user.click(within(screen.getByTestId("move-done")).getByRole("button"));
  expect(screen.getByTestId("open-delete")).toBeDisabled();
  expect(screen.getByText(/Verify first/)).toBeVisible();
  await user.click(screen.getByTestId("verify"));
  expect(await screen.findByTestId("verify-result")).toHaveTextContent(
    "21,604 of 21,604 files read back and identical",
  );
  expect(screen.getByTestId("open-delete")).toBeEnabled();
});

test("a list is left at the destination unless it is not wanted", async () => {
  const { ipc, user } = await open("demo", "move");
  const start = vi.spyOn(ipc, "startMigrate");
  const leave = within(screen.getByTestId("leave-list-too")).getByRole("checkbox");
  expect(leave).toBeChecked();
  await user.click(leave);
  await user.click(screen.getByTestId("start-move"));
  expect(start).toHaveBeenCalledWith(4, false);
  await screen.findByTestId("move-done");
  expect(screen.queryByTestId("leave-list")).toBeNull();
});

test("a list that is missing is left on its own", async () => {
  const { ipc, user } = await open("listDue", "move");
  const start = vi.spyOn(ipc, "startMigrate");
  expect(screen.getByTestId("move-done")).toBeVisible();
  await user.click(screen.getByTestId("leave-list"));
  expect(start).toHaveBeenCalledWith(4, true);
  await waitFor(() => expect(screen.queryByTestId("leave-list")).toBeNull());
});

test("verifying by the storage's digests says what it proves and what it means for deleting", async () => {
  const { ipc, user } = await open("moved", "finish");
  expect(await screen.findByText(/^Every byte came back/)).toBeVisible();
  expect(screen.queryByTestId("level-digest")).toBeNull();
  await ipc.chooseDestination({ kind: "gcs", bucket: "photos", prefix: "", endpoint: "" }, null, false);
  await user.click(await screen.findByTestId("level-digest"));
  expect(screen.getByText(/^What the storage says it holds has the bytes/)).toBeVisible();
  expect(screen.queryByText(/^Every byte came back/)).toBeNull();
  await user.click(screen.getByTestId("verify"));
  const said = await screen.findByTestId("verify-result");
  expect(said).toHaveTextContent("21,604 of 21,604 files identical");
  expect(said).toHaveTextContent("21,000 by the storage’s own digests, 604 read back");
  expect(screen.getByTestId("open-delete")).toBeEnabled();
});

test("deleting needs exactly the count, typed", async () => {
  const { ipc, user } = await open("verified", "finish");
  await user.click(await screen.findByTestId("open-delete"));
  const dialog = await screen.findByTestId("delete-dialog");
  const confirm = within(dialog).getByTestId("delete-confirm");
  expect(confirm).toHaveTextContent("Move 21,597 originals to trash");
  expect(dialog).toHaveTextContent("2,511 files");
  expect(within(dialog).queryByRole("checkbox")).toBeNull();
  for (const wrong of ["2159", "21598", "yes"]) {
    await user.clear(within(dialog).getByTestId("delete-typed"));
    await user.type(within(dialog).getByTestId("delete-typed"), wrong);
    expect(confirm).toBeDisabled();
  }
  await user.clear(within(dialog).getByTestId("delete-typed"));
  await user.type(within(dialog).getByTestId("delete-typed"), "21,597");
  expect(confirm).toBeEnabled();
  expect(ipc.calls).not.toContain("start_delete");
  await user.click(confirm);
  expect(await screen.findByTestId("delete-result")).toHaveTextContent(
    "21,590 originals were deleted after their copies were verified",
  );
  await user.click(screen.getByTestId("open-delete"));
  expect(await screen.findByRole("checkbox", { name: /for ever instead of trash/ })).toBeVisible();
});

test("findings keep the originals closed", async () => {
  await open("error", "finish");
  expect(await screen.findByTestId("verify-result")).toHaveAttribute("data-ok", "false");
  expect(screen.getByTestId("open-delete")).toBeDisabled();
  expect(screen.getByTestId("findings")).toHaveTextContent("Missing at the destination");
});

test("roll back previews, then says what it did", async () => {
  const { user } = await open("deleted", "finish");
  await user.click(await screen.findByTestId("open-rollback"));
  expect(await screen.findByTestId("rollback-dialog")).toHaveTextContent("2 files that changed since");
  await user.click(screen.getByTestId("rollback-confirm"));
  expect(await screen.findByTestId("rollback-result")).toHaveTextContent("brought back");
  expect(screen.getByTestId("verify")).toBeDisabled();
  expect(screen.getByText("Nothing stands at the destination: move first.")).toBeVisible();
});

test("when no original is left to delete, nothing has to be typed", async () => {
  const { ipc, user } = await open("deleted", "finish");
  const preview = await ipc.deletePreview();
  ipc.deletePreview = async () => ({ ...preview, assets: 0, count: 0, bytes: 0, folders: [] });
  await user.click(await screen.findByTestId("open-delete"));
  const dialog = await screen.findByRole("alertdialog", { name: "No originals are left to delete" });
  expect(dialog).toHaveTextContent("21,590 originals were deleted after their copies were verified.");
  expect(within(dialog).queryByTestId("delete-typed")).toBeNull();
  await user.click(within(dialog).getByRole("button", { name: "Close" }));
  await user.click(screen.getByTestId("step-sources"));
  expect(await screen.findByTestId("deleted")).toHaveTextContent("Here is what is left");
});
