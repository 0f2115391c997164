// Zip files on Sources: what unpacking takes is told first, then they are unpacked, and the folder is scanned as any other.
import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { DOWNLOADS, SMALL_DISK, TAKEOUT } from "../src/ipc/fake/archives";
import { open } from "./render";

const count = (calls: string[], name: string) => calls.filter((call) => call === name).length;

test("dropped zip files are unpacked, added and scanned", async () => {
  const { ipc, user } = await open("empty", "sources");
  await act(async () => ipc.drop({ kind: "drop", paths: TAKEOUT }));
  const card = await screen.findByTestId("unpack-card");
  await waitFor(() => expect(card).toHaveTextContent("12 archives · 40.8 GB"));
  expect(card).toHaveTextContent("/home/anna/Downloads/Albumen unpacked/takeout-20240101T000000Z");
  expect(within(card).getByTestId("unpack-room")).toHaveTextContent("Needs 42.0 GB, 120 GB free.");
  expect(count(ipc.calls, "add_sources")).toBe(0);
  expect(screen.queryAllByTestId("source-row")).toHaveLength(0);
  await user.click(screen.getByTestId("unpack"));
  expect(await screen.findByTestId("profile")).toBeVisible();
  expect(screen.getAllByTestId("source-row")).toHaveLength(1);
  expect(screen.queryByTestId("unpack-card")).toBeNull();
  expect(count(ipc.calls, "start_unpack")).toBe(1);
  expect(count(ipc.calls, "start_scan")).toBe(1);
});

test("a folder with a Takeout's zip files offers the same, or is added as it is", async () => {
  const { ipc, user } = await open("empty", "sources");
  await act(async () => ipc.drop({ kind: "drop", paths: [DOWNLOADS] }));
  expect(await screen.findByTestId("unpack-card")).toHaveTextContent("12 archives");
  expect(screen.queryAllByTestId("source-row")).toHaveLength(0);
  await user.click(screen.getByTestId("unpack-add-folder"));
  expect(await screen.findAllByTestId("source-row")).toHaveLength(1);
  expect(screen.queryByTestId("unpack-card")).toBeNull();
  expect(count(ipc.calls, "start_unpack")).toBe(0);
});

test("folders that are dropped with archives are added at once and scanned with what is unpacked", async () => {
  const { ipc, user } = await open("empty", "sources");
  await act(async () => ipc.drop({ kind: "drop", paths: ["/home/anna/Bilder", ...TAKEOUT.slice(0, 2)] }));
  expect(await screen.findAllByTestId("source-row")).toHaveLength(1);
  expect(count(ipc.calls, "start_scan")).toBe(0);
  await waitFor(() => expect(screen.getByTestId("unpack")).toBeEnabled());
  await user.click(screen.getByTestId("unpack"));
  await waitFor(() => expect(screen.getAllByTestId("source-row")).toHaveLength(2));
  await waitFor(() => expect(count(ipc.calls, "start_scan")).toBe(1));
});

test("another place can be chosen, and one without room is refused before", async () => {
  const { ipc, user } = await open("empty", "sources");
  await user.click(screen.getByTestId("add-archives"));
  const card = await screen.findByTestId("unpack-card");
  await waitFor(() => expect(card).toHaveTextContent("Albumen unpacked"));
  await user.click(screen.getByTestId("unpack-elsewhere"));
  await waitFor(() => expect(card).toHaveTextContent("/media/anna/Big disk/takeout-20240101T000000Z"));
  ipc.pickUnpackFolder = async () => SMALL_DISK;
  await user.click(screen.getByTestId("unpack-elsewhere"));
  await waitFor(() => expect(within(card).getByTestId("unpack-room")).toHaveTextContent("That is not enough"));
  expect(screen.getByTestId("unpack")).toBeDisabled();
  await user.click(screen.getByTestId("unpack-not-now"));
  expect(screen.queryByTestId("unpack-card")).toBeNull();
  expect(count(ipc.calls, "start_unpack")).toBe(0);
});

test("parts that are not there are named before and after", async () => {
  const { ipc, user } = await open("empty", "sources");
  await act(async () => ipc.drop({ kind: "drop", paths: [TAKEOUT[0], TAKEOUT[3]] }));
  expect(await screen.findByTestId("unpack-missing")).toHaveTextContent(
    "takeout-20240101T000000Z-002.zip, takeout-20240101T000000Z-003.zip",
  );
  await user.click(screen.getByTestId("unpack"));
  expect(await screen.findByTestId("unpack-problems")).toHaveTextContent("2 problems while unpacking");
});

test("a .tgz says what to do instead", async () => {
  const { ipc } = await open("empty", "sources");
  await act(async () => ipc.drop({ kind: "drop", paths: ["/home/anna/takeout-20240101T000000Z-001.tgz"] }));
  const box = await screen.findByTestId("error-box");
  expect(box).toHaveAttribute("data-code", "archive_not_read");
  expect(box).toHaveTextContent("tar -xzf");
  expect(screen.getByTestId("unpack")).toBeDisabled();
});

test("progress is shown, and what failed can be tried again", async () => {
  const { ipc, user } = await open("empty", "sources", false);
  await act(async () => ipc.drop({ kind: "drop", paths: TAKEOUT }));
  await waitFor(() => expect(screen.getByTestId("unpack")).toBeEnabled());
  ipc.failNext("start_unpack", {
    code: "unpack_disk_full",
    message: "The disk is full.",
    safe: "What was unpacked is whole and stays.",
    next: "Make room and unpack again.",
  });
  await user.click(screen.getByTestId("unpack"));
  expect(await screen.findByTestId("error-box")).toHaveTextContent("whole and stays");
  await user.click(screen.getByTestId("unpack"));
  expect(await screen.findByTestId("unpack-progress")).toBeVisible();
  expect(screen.getByTestId("job-bar")).toHaveTextContent("Looking into the archives");
});
