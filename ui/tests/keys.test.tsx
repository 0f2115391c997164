// The keys: one table without clashes, what is stored is believed with care, and the sheet that changes them.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { Toaster } from "sonner";
import { expect, test, vi } from "vitest";
import { KeySheet } from "../src/review/key-sheet";
import { ACTIONS, meet, type Preset } from "../src/review/keys/actions";
import { caps, comboOf, isReserved, spoken } from "../src/review/keys/combo";
import { assign, holderOf, keymapOf, parseKeys, USUAL } from "../src/review/keys/keymap";
import { useActionKeys } from "../src/review/keys/use-action-keys";
import { type GalleryKeys, useGalleryKeys } from "../src/review/use-gallery-keys";
import { mount, seam } from "./pictures";

const press = (key: string, over: Partial<KeyboardEvent> = {}) =>
  comboOf({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...over });

test("presses have one name, on any keyboard", () => {
  expect(press("J", { shiftKey: true })).toBe("Shift+j");
  expect(press(" ", { code: "Space" })).toBe("Space");
  expect(press("?", { shiftKey: true, code: "Slash" })).toBe("?");
  expect(press("+", { shiftKey: true })).toBe("+");
  expect(press("Z", { ctrlKey: true, shiftKey: true })).toBe("Mod+Shift+z");
  expect(press("z", { metaKey: true })).toBe("Mod+z");
  expect(press("о", { code: "KeyJ" })).toBe("j"); // Cyrillic
  expect(press("&", { code: "Digit1" })).toBe("1"); // French
  expect(press("Shift", { shiftKey: true })).toBeNull();
  expect(caps("Shift+ArrowLeft")).toEqual(["Shift", "←"]);
  expect(spoken("?")).toBe("Question mark");
  expect(["Escape", "Tab", "Mod+c", "F5"].every(isReserved)).toBe(true);
});

test.each<Preset>(["usual", "left"])("no key of the %s set means two things, and none is reserved", (preset) => {
  const keymap = keymapOf({ preset, changed: {} });
  for (const action of ACTIONS) {
    expect(keymap[action.id].length, action.id).toBeGreaterThan(0);
    expect(keymap[action.id]).toEqual(preset === "left" ? (action.left ?? action.keys) : action.keys);
    if (!action.fixed) expect(keymap[action.id].some(isReserved), action.id).toBe(false);
    for (const other of ACTIONS)
      if (meet(action, other)) expect(keymap[action.id].filter((key) => keymap[other.id].includes(key))).toEqual([]);
  }
});

test("stored keys that make no sense fall back to the defaults", () => {
  for (const stored of [
    null,
    "",
    "{",
    "[]",
    "7",
    '"j"',
    '{"preset":"right","changed":[]}',
    '{"changed":{"nextGroup":"x"}}',
  ])
    expect(parseKeys(stored)).toEqual(USUAL);
  expect(parseKeys('{"preset":"left","changed":{"later":["y","y"],"gone":["u"],"undo":[3],"discard":["p"]}}')).toEqual({
    preset: "left",
    changed: { later: ["y"] },
  });
  expect(parseKeys('{"changed":{"later":["Escape"]}}')).toEqual(USUAL);
});

test("a changed key wins over a default, and is taken from who had it", () => {
  const keymap = keymapOf({ preset: "usual", changed: { later: ["j"] } });
  expect(keymap.later).toEqual(["j"]);
  expect(keymap.nextGroup).toEqual(["ArrowDown"]);
  expect(holderOf(keymap, "compare", "j")?.id).toBe("later");
  expect(holderOf(keymap, "keepLeft", "a")).toBeNull(); // "a" is a key of the gallery alone
  const both = assign(assign(USUAL, "later", "y"), "compare", "y");
  expect(keymapOf(both).later).toEqual([]);
  expect(keymapOf(both).compare).toEqual(["y"]);
  const taken = assign(USUAL, "later", "j");
  expect(taken.changed).toEqual({ later: ["j"] });
  expect(keymapOf({ ...taken, preset: "left" }).nextGroup).toEqual(["s", "ArrowDown"]);
});

function Gallery(keys: GalleryKeys & { undo: () => void }) {
  useGalleryKeys(true, keys);
  useActionKeys({ undo: keys.undo });
  return (
    <>
      <button type="button">A button</button>
      <input aria-label="Search" />
    </>
  );
}
const gallery = () => ({
  move: vi.fn(),
  edge: vi.fn(),
  member: vi.fn(),
  accept: vi.fn(),
  toggle: vi.fn(),
  onlyKeeper: vi.fn(),
  notDuplicates: vi.fn(),
  later: vi.fn(),
  compare: vi.fn(),
  discard: vi.fn(),
  undo: vi.fn(),
});

test("keys stay out of the way of inputs and buttons, and a held key decides once", async () => {
  const keys = gallery();
  const { user } = mount(<Gallery {...keys} />, seam().ipc);
  await user.keyboard("jo{Control>}z{/Control}");
  expect(keys.move).toHaveBeenCalledWith(1);
  expect(keys.onlyKeeper).toHaveBeenCalledTimes(1);
  expect(keys.undo).toHaveBeenCalledTimes(1);
  fireEvent.keyDown(document.body, { key: "Enter", code: "Enter", repeat: true });
  expect(keys.accept).not.toHaveBeenCalled();
  screen.getByRole("button").focus();
  await user.keyboard("{Enter}n");
  expect(keys.accept).not.toHaveBeenCalled();
  expect(keys.notDuplicates).toHaveBeenCalledTimes(1);
  screen.getByLabelText("Search").focus();
  await user.keyboard("n");
  expect(keys.notDuplicates).toHaveBeenCalledTimes(1);
});

test("what the person stored is in force; the left-hand set is another one", async () => {
  const keys = gallery();
  const { ipc } = seam('{"preset":"left","changed":{"later":["y"]}}');
  const { user } = mount(<Gallery {...keys} />, ipc);
  await waitFor(async () => {
    await user.keyboard("s");
    expect(keys.move).toHaveBeenCalledWith(1);
  });
  await user.keyboard("qzyg");
  expect(keys.accept).toHaveBeenCalledTimes(1);
  expect(keys.undo).toHaveBeenCalledTimes(1);
  expect(keys.later).toHaveBeenCalledTimes(1);
  expect(ipc.preference).toHaveBeenCalledTimes(1);
});

const row = (id: string) => screen.getByTestId(`key-${id}`);
const change = (id: string) => within(row(id)).getByRole("button", { name: /^Change/ });

test("a key is recorded, stored and reset", async () => {
  const { ipc, stored } = seam();
  const { user } = mount(<KeySheet open onOpenChange={() => {}} />, ipc);
  await user.click(change("later"));
  expect(row("later")).toHaveTextContent("Press the new key");
  await user.keyboard("y");
  expect(row("later")).toHaveTextContent(/^Laterchanged.*Y/);
  expect(JSON.parse(stored.keys ?? "")).toEqual({ preset: "usual", changed: { later: ["y"] } });
  expect(change("later")).toHaveFocus();
  await user.click(screen.getByRole("button", { name: "Reset all" }));
  expect(row("later")).toHaveTextContent("L");
  expect(JSON.parse(stored.keys ?? "")).toEqual({ preset: "usual", changed: {} });
});

test("a conflict is told, and can be left or taken", async () => {
  const { ipc } = seam();
  const { user } = mount(<KeySheet open onOpenChange={() => {}} />, ipc);
  await user.click(change("later"));
  await user.keyboard("n");
  expect(within(row("later")).getByRole("alert")).toHaveTextContent("N is the key of “Not duplicates: keep all”.");
  expect(ipc.setPreference).not.toHaveBeenCalled();
  await user.click(within(row("later")).getByRole("button", { name: "Leave as it is" }));
  expect(within(row("later")).queryByRole("alert")).toBeNull();
  await user.click(change("later"));
  await user.keyboard("n");
  await user.keyboard("{Enter}"); // the question has the focus
  expect(row("later")).toHaveTextContent("N");
  expect(row("notDuplicates")).toHaveTextContent("No key");
});

test("Escape cancels recording without closing the sheet; keys of the window itself are refused", async () => {
  const closed = vi.fn();
  const { ipc } = seam();
  const { user } = mount(<KeySheet open onOpenChange={closed} />, ipc);
  await user.click(change("later"));
  await user.keyboard("{Escape}");
  expect(closed).not.toHaveBeenCalled();
  expect(row("later")).not.toHaveTextContent("Press the new key");
  await user.click(change("later"));
  await user.keyboard("{Tab}");
  expect(within(row("later")).getByRole("alert")).toHaveTextContent("Tab cannot be changed");
  expect(ipc.setPreference).not.toHaveBeenCalled();
});

test("a set of keys asks what becomes of own changes", async () => {
  const { ipc, stored } = seam('{"preset":"usual","changed":{"later":["y"]}}');
  const { user } = mount(<KeySheet open onOpenChange={() => {}} />, ipc);
  await waitFor(() => expect(row("later")).toHaveTextContent("Y"));
  const choose = () => user.click(screen.getByRole("radio", { name: "Left hand only" }));
  await choose();
  expect(screen.getByRole("alert")).toHaveTextContent("You changed 1 key. Take it over into “Left hand only”?");
  await user.click(screen.getByRole("button", { name: "Leave as it is" }));
  expect(screen.getByRole("radio", { name: "Usual" })).toBeChecked();
  expect(ipc.setPreference).not.toHaveBeenCalled();
  await choose();
  await user.click(screen.getByRole("button", { name: "Drop my changes" }));
  expect(JSON.parse(stored.keys ?? "")).toEqual({ preset: "left", changed: {} });
  expect(row("later")).toHaveTextContent("G");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("the key that opens the sheet closes it, but not while a key is recorded", async () => {
  const closed = vi.fn();
  const { user } = mount(<KeySheet open onOpenChange={closed} />, seam().ipc);
  await user.click(change("later"));
  await user.keyboard("?");
  expect(closed).not.toHaveBeenCalled();
  await user.keyboard("{Escape}");
  await user.click(within(row("later")).getByRole("button", { name: "Leave as it is" }));
  await user.keyboard("?");
  expect(closed).toHaveBeenCalledWith(false);
});

test("the set of keys is chosen, and keys that cannot be stored are said to be for now", async () => {
  const { ipc } = seam();
  const { user } = mount(
    <>
      <KeySheet open onOpenChange={() => {}} />
      <Toaster />
    </>,
    ipc,
  );
  ipc.setPreference.mockRejectedValueOnce(new Error("disk full"));
  await user.click(screen.getByRole("radio", { name: "Left hand only" }));
  expect(row("nextGroup")).toHaveTextContent("S");
  expect(row("accept")).toHaveTextContent("Q");
  expect(await screen.findByText(/They hold until Albumen is closed/)).toBeVisible();
});
