// A camera's wrong clock: the form reads times as people type them, shows what becomes of the dates, applies and takes back.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { between, readDraft, readTime, zone } from "../src/sources/clocks/words";
import { open } from "./render";

const by = screen.getByTestId;

async function sheet() {
  const page = await open("demo", "sources");
  await page.user.click(await screen.findByTestId("clocks"));
  const cameras = await within(await screen.findByTestId("clocks-sheet")).findAllByRole("radio");
  return { ...page, cameras };
}

test("times are read as people type them, and no day that there is not", () => {
  expect(readTime("2007-01-01 00:12")).toBe("2007-01-01T00:12:00");
  expect(readTime(" 2007-1-1  0:12:08 ")).toBe("2007-01-01T00:12:08");
  for (const wrong of ["2007-02-30 10:00", "2007-01-01", "2007-01-01 25:00", "2007-01-01 10:60", "1 May 2007", "", "x"])
    expect(readTime(wrong), wrong).toBeNull();
  // A night in which clocks are put forward is as long as any other.
  expect(between("2024-03-31T01:00:00", "2024-03-31T04:00:00")).toBe(10_800);
  expect([zone(0), zone(-210), zone(765)]).toEqual(["+00:00", "−03:30", "+12:45"]);
});

test("a draft is a change only when it says something and nothing of it is wrong", () => {
  const draft = { showed: "", really: "", zone: "", from: "", to: "" };
  const times = { showed: "2007-01-01 00:12", really: "2024-07-14 16:30" };
  expect(readDraft("X", draft)).toEqual({ errors: {}, change: null });
  expect(readDraft("X", { ...draft, showed: times.showed }).change).toBeNull();
  expect(readDraft("X", { ...draft, really: times.really }).errors.showed).toBeDefined();
  expect(readDraft("X", { ...draft, ...times }).change).toEqual({
    camera: "X",
    shiftSeconds: 553_364_280,
    offsetMinutes: null,
    from: null,
    to: null,
  });
  expect(readDraft("X", { ...draft, zone: "-210" }).change?.offsetMinutes).toBe(-210);
  expect(readDraft("X", { ...draft, ...times, from: "May" })).toMatchObject({ errors: { from: /day/ }, change: null });
  const span = { ...draft, ...times, from: "2007-01-05", to: "2007-01-05" };
  expect(readDraft("X", span).change).toMatchObject({ from: "2007-01-05", to: "2007-01-05" });
  expect(readDraft("X", { ...span, from: "2007-01-05 10:00" }).change).toMatchObject({ from: "2007-01-05T10:00:00" });
  expect(readDraft("X", { ...span, to: "2007-01-04" }).errors.to).toBeDefined();
});

test("the camera that stood on 2007 gets its real dates, seen before, and they are taken back", async () => {
  const { ipc, user } = await sheet();
  expect(by("apply-clock")).toBeDisabled();
  expect(screen.queryByTestId("clock-showed")).toBeNull();
  await user.click(screen.getByRole("radio", { name: /550D/ }));
  const photos = screen.getAllByTestId("clock-photo");
  expect(photos).toHaveLength(6);
  await user.click(photos[0]);
  expect(photos[0]).toHaveAttribute("aria-pressed", "true");
  expect(by("clock-showed")).toHaveValue("2007-01-01 00:12:08");
  await user.type(by("clock-really"), "2024-07-14 16:30:08");
  expect(by("clock-shift")).toHaveTextContent("6404 days 16 h later");
  await waitFor(() => expect(by("clock-preview")).toHaveTextContent("1,203 files would get another date"));
  expect(screen.getAllByTestId("clock-sample")[0]).toHaveTextContent(/2007.*2024/);
  expect(ipc.calls).not.toContain("set_clock");
  await user.click(by("apply-clock"));
  const applied = await screen.findByTestId("clock-applied");
  expect(applied).toHaveTextContent("Canon EOS 550D");
  expect(applied).toHaveTextContent("1,203 files");
  await waitFor(() => expect(screen.getAllByTestId("clock-photo")[0]).toHaveAccessibleName(/2024/));
  expect(by("clock-really")).toHaveValue("");
  await user.click(screen.getByRole("button", { name: /^Take back: Canon EOS 550D/ }));
  await waitFor(() => expect(screen.queryByTestId("clock-applied")).toBeNull());
  expect(await ipc.clocks()).toEqual([]);
});

test("a zone and some days are meant alone, and days without photos are said", async () => {
  const { ipc, user } = await sheet();
  await user.click(screen.getByRole("radio", { name: /Pixel 7/ }));
  await user.selectOptions(by("clock-zone"), "UTC +09:00");
  await waitFor(() => expect(by("clock-preview")).toHaveTextContent("UTC +09:00"));
  await user.type(by("clock-from"), "2030-01-01");
  await waitFor(() => expect(by("clock-preview")).toHaveTextContent("No photo of this camera"));
  expect(by("apply-clock")).toBeDisabled();
  await user.clear(by("clock-from"));
  await user.type(by("clock-from"), "soon");
  expect(by("clock-from")).toHaveAccessibleDescription(/such as 2007-01-01/);
  expect(screen.queryByTestId("clock-preview")).toBeNull();
  await user.clear(by("clock-from"));
  await waitFor(() => expect(by("apply-clock")).toBeEnabled());
  await user.click(by("apply-clock"));
  await screen.findByTestId("clock-applied");
  expect(await ipc.clocks()).toMatchObject([{ camera: "Pixel 7", shiftSeconds: 0, offsetMinutes: 540, from: null }]);
});

test("what is refused is said, and while a job runs nothing can be corrected", async () => {
  const { ipc, user } = await sheet();
  await user.click(screen.getByRole("radio", { name: /Pixel 7/ }));
  await user.selectOptions(by("clock-zone"), "UTC −03:30");
  await waitFor(() => expect(by("apply-clock")).toBeEnabled());
  ipc.failNext("set_clock", { code: "busy", message: "Another job is running.", safe: "It goes on.", next: "Wait." });
  await user.click(by("apply-clock"));
  expect(await screen.findByTestId("error-box")).toHaveTextContent("Another job is running.");
  expect(screen.queryByTestId("clock-applied")).toBeNull();
});

test("the choice of cameras and the fields have names", async () => {
  const { user, cameras } = await sheet();
  expect(screen.getByRole("group", { name: "Whose clock was wrong?" })).toBeVisible();
  await user.click(cameras[0]);
  for (const name of ["It showed", "It was really", "From", "To"])
    expect(screen.getByRole("textbox", { name })).toBeVisible();
  expect(screen.getByRole("combobox", { name: "Time zone of the clock" })).toBeVisible();
  expect(screen.getByRole("dialog", { name: "Camera clocks" })).toHaveAccessibleDescription(/clock was wrong/);
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByTestId("clocks-sheet")).toBeNull());
});
