// Compare: the arithmetic of the linked view, the modes and decisions by keys, and what it says.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { Toaster } from "sonner";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Comparison, Group } from "../src/ipc";
import { Compare } from "../src/review/compare";
import {
  actualScale,
  beyondPreview,
  bounded,
  combined,
  edges,
  exact,
  FIT,
  fit,
  inverse,
  laid,
  magnification,
  offset,
  pan,
  type Space,
  turned,
  turnedPlace,
  upright,
  type View,
  zoomTo,
} from "../src/review/compare/geometry";
import { firstPair, keptBy, neighbours, step, suggestion } from "../src/review/compare/pair";
import { othersWords, relationWords } from "../src/review/compare/words";
import { group, member, mount, pictures, seam } from "./pictures";

const PANE = { width: 900, height: 600 };
const LARGE = { width: 6000, height: 4000 };
const SMALL = { width: 1500, height: 1000 };
const space: Space = { pane: PANE, fitted: [fit(LARGE, PANE)], actual: actualScale(fit(LARGE, PANE), LARGE, 1) };

test("pictures of one shape are shown at one size, whatever their pixels", () => {
  expect(fit(LARGE, PANE)).toEqual(PANE);
  expect(fit(SMALL, PANE)).toEqual(PANE);
  expect(fit({ width: 100, height: 200 }, PANE)).toEqual({ width: 300, height: 600 });
});

test("1:1 is one dot of the larger picture on one dot of the screen; the smaller one then stands at its own scale", () => {
  const fitted = fit(LARGE, PANE);
  for (const ratio of [1, 2]) {
    const actual = actualScale(fitted, LARGE, ratio);
    expect(magnification(actual, fitted, LARGE, ratio)).toBeCloseTo(1);
    expect(magnification(actual, fitted, SMALL, ratio)).toBeCloseTo(4);
  }
  expect(actualScale(fitted, LARGE, 1)).toBeCloseTo(6000 / 900);
  expect(magnification(1, fitted, LARGE, 1)).toBeCloseTo(0.15);
});

test("zooming keeps the point under the pointer", () => {
  const [fitted] = space.fitted;
  const at = { x: 120, y: -80 };
  const under = (view: View) => ({
    x: view.x + at.x / (fitted.width * view.scale),
    y: view.y + at.y / (fitted.height * view.scale),
  });
  const near = zoomTo(FIT, 3, at, fitted, space);
  expect(under(near).x).toBeCloseTo(under(FIT).x);
  expect(under(near).y).toBeCloseTo(under(FIT).y);
  const nearer = zoomTo(near, 7, at, fitted, space);
  expect(under(nearer).x).toBeCloseTo(under(FIT).x);
  expect(offset(FIT, fitted)).toEqual({ x: -0, y: -0 });
});

test("the view stays on the pictures, between fit and a few times 1:1", () => {
  expect(bounded({ scale: 0.1, x: 1, y: 1 }, space)).toEqual({ scale: 1, x: 0, y: 0 });
  expect(bounded({ scale: 2, x: 1, y: -1 }, space)).toEqual({ scale: 2, x: 0.25, y: -0.25 });
  expect(bounded({ scale: 999, x: 0, y: 0 }, space).scale).toBeCloseTo(4 * space.actual);
  expect(bounded({ scale: 0.2, x: 0, y: 0 }, { ...space, actual: 0.5 }).scale).toBe(0.5);
  const dragged = pan({ scale: 2, x: 0, y: 0 }, { x: 90, y: 0 }, PANE, space);
  expect(offset(dragged, PANE).x).toBeCloseTo(90);
});

test("a picture narrower than the pane stays in its middle until it fills it", () => {
  const narrow: Space = { pane: PANE, fitted: [{ width: 300, height: 600 }], actual: 8 };
  expect(bounded({ scale: 2, x: 0.4, y: 0.4 }, narrow)).toEqual({ scale: 2, x: 0, y: 0.25 });
});

test("a difference is cut one pixel inside of the picture, and never outside of the pane", () => {
  const alone = (size: { width: number; height: number }) => ({ fitted: size, frame: size, at: { x: 0, y: 0 } });
  expect(edges(FIT, [alone({ width: 300, height: 600 })], PANE)).toEqual({ x: [301, 301], y: [1, 1] });
  expect(edges({ scale: 2, x: 0, y: 0.25 }, [alone(PANE)], PANE)).toEqual({ x: [0, 0], y: [0, 1] });
  const part = { frame: PANE, ...laid({ x: 0.125, y: 0.5, width: 0.625, height: 0.5 }, PANE) };
  expect(edges(FIT, [alone(PANE), part], PANE)).toEqual({ x: [113.5, 226], y: [301, 1] });
});

test("a preview is never passed off as the file's own pixels", () => {
  const preview = { width: 1600, height: 1067 };
  expect(beyondPreview(1, PANE, 1, preview, LARGE)).toBe(false);
  expect(beyondPreview(space.actual, PANE, 1, preview, LARGE)).toBe(true);
  expect(beyondPreview(5, PANE, 1, SMALL, SMALL)).toBe(false);
});

const PART = { x: 0.05, y: 0.1, width: 0.9, height: 0.8 };

test("a part lies in a frame where it was taken from, and the frame round the part", () => {
  const { fitted, at } = laid(PART, PANE);
  expect(fitted).toEqual({ width: 810, height: 480 });
  expect([at.x, at.y].map((n) => Math.round(n * 1e6) / 1e6)).toEqual([0, 0]);
  const corner = laid({ x: 0, y: 0, width: 0.5, height: 0.5 }, PANE);
  expect(corner).toEqual({ fitted: { width: 450, height: 300 }, at: { x: -225, y: -150 } });
  const round = inverse({ x: 0.5, y: 0, width: 0.5, height: 0.5 });
  expect(round).toMatchObject({ x: -1, width: 2, height: 2 });
  expect(inverse(round)).toMatchObject({ x: 0.5, width: 0.5, height: 0.5 });
});

test("the place of a part goes along when the picture is turned", () => {
  const close = (turn: number, [x, y, width, height]: number[]) => {
    const made = turnedPlace({ x: 0.1, y: 0.2, width: 0.3, height: 0.4 }, turn);
    for (const [found, wanted] of [
      [made.x, x],
      [made.y, y],
      [made.width, width],
      [made.height, height],
    ])
      expect(found).toBeCloseTo(wanted);
  };
  close(1, [0.1, 0.2, 0.3, 0.4]);
  close(2, [0.6, 0.2, 0.3, 0.4]);
  close(3, [0.6, 0.4, 0.3, 0.4]);
  close(4, [0.1, 0.4, 0.3, 0.4]);
  close(6, [0.4, 0.1, 0.4, 0.3]);
  close(8, [0.2, 0.6, 0.4, 0.3]);
  close(5, [0.2, 0.1, 0.4, 0.3]);
  close(7, [0.4, 0.6, 0.4, 0.3]);
});

test("a crop that was not scaled is as large as its pixels say, about the same middle", () => {
  const found = { x: 0.05, y: 0.1, width: 0.91, height: 0.89 };
  const whole = exact(found, LARGE, { width: 5400, height: 3600 });
  expect([whole.width, whole.height]).toEqual([0.9, 0.9]);
  expect(whole.x + whole.width / 2).toBeCloseTo(found.x + found.width / 2);
  expect(whole.y + whole.height / 2).toBeCloseTo(found.y + found.height / 2);
  expect(exact(found, LARGE, { width: 2700, height: 1800 })).toEqual(found);
  expect(exact(found, LARGE, null)).toEqual(found);
});

test("two turns after each other are one turn", () => {
  expect(combined(1, 6)).toBe(6);
  expect(combined(6, 6)).toBe(3);
  expect(combined(8, 6)).toBe(1);
  expect(combined(2, 2)).toBe(1);
  expect(combined(2, 6)).toBe(5); // a quarter to the right, then mirrored
  expect(combined(6, 2)).toBe(7);
});

test("turns exchange the sides, and pixels are counted the way round the picture is shown", () => {
  expect([1, 3, 6, 8].map((turn) => turned(LARGE, turn).width)).toEqual([6000, 6000, 4000, 4000]);
  expect(upright(LARGE, { width: 2, height: 3 })).toEqual({ width: 4000, height: 6000 });
});

const four = group([member(1), member(2), member(3, { keep: true }), member(4, { mark: "protected" })]);

test("the keeper is on the left, members go round on the right, and the nearest are read ahead", () => {
  expect(firstPair(four, 0)).toEqual({ left: 0, right: 1 });
  expect(firstPair(four, 3)).toEqual({ left: 0, right: 3 });
  expect(step({ left: 0, right: 3 }, 1, 4)).toEqual({ left: 0, right: 1 });
  expect(step({ left: 0, right: 1 }, -1, 4)).toEqual({ left: 0, right: 3 });
  expect(neighbours({ left: 0, right: 1 }, four.members).map((m) => m.assetId)).toEqual([3, 4]);
});

test("a verdict keeps what was kept among the others, and protected ones always", () => {
  expect(keptBy({ left: 0, right: 1 }, four.members, "left")).toEqual([1, 3, 4]);
  expect(keptBy({ left: 0, right: 1 }, four.members, "both")).toEqual([1, 2, 3, 4]);
  expect(othersWords(four, { left: 0, right: 1 })).toBe("The other 2 members stay kept.");
  expect(suggestion({ ...four, sure: false }, four.members[0], four.members[1])).toBeNull();
});

test("the relation in words is careful where each picture may be the only one", () => {
  const of = (over: Parameters<typeof member>[1], sure = true) => {
    const members = [member(1), member(2, over)];
    return relationWords(group(members, { sure }), members[0], members[1]);
  };
  expect(of({ width: 1600, height: 1067 }).text).toMatch(/^The right one is the same picture, smaller \(1600 × 1067/);
  expect(of({ relation: "identical", distance: 0 }).careful).toBe(false);
  expect(of({ relation: "turned", turn: 2 }).text).toContain("mirrored");
  expect(of({ relation: "burst" })).toMatchObject({ careful: true, advice: "Keep both unless you are sure." });
  expect(of({}, false).advice).toMatch(/the rules are not/);
  expect(of({ relation: "edited", distance: 0 }).text).not.toMatch(/difference/);
  expect(relationWords(four, four.members[1], four.members[2]).advice).toMatch(/not measured against each other/);
});

beforeEach(() => void pictures());
afterEach(() => document.querySelector("[data-testid=spoken]")?.replaceChildren());

function open(shown: Group, over: Partial<Parameters<typeof Compare>[0]> = {}, known: Partial<Comparison> = {}) {
  const done = { onDecide: vi.fn(), onUndo: vi.fn(), onClose: vi.fn(), onNextGroup: vi.fn(), onPreviousGroup: vi.fn() };
  const { ipc } = seam();
  const compare = async (left: number, right: number) => ({ ...(await ipc.compare(left, right)), ...known });
  const { user } = mount(
    <>
      <Compare group={shown} member={0} {...done} {...over} />
      <Toaster />
    </>,
    { ...ipc, compare },
  );
  return { user, dialog: screen.getByTestId("compare"), ...done };
}
const spoken = () => screen.getByTestId("spoken");

test("modes by keys: one picture or two, and a label that says which is shown", async () => {
  const { user, dialog } = open(four);
  expect(within(dialog).getAllByTestId("stage")).toHaveLength(2);
  await user.keyboard(" ");
  expect(within(dialog).getAllByTestId("stage")).toHaveLength(1);
  expect(within(dialog).getByRole("radio", { name: "Swap" })).toBeChecked();
  expect(within(dialog).getByText("Left: IMG_1.JPG")).toBeVisible();
  await user.keyboard(" ");
  expect(within(dialog).getByText("Right: IMG_2.JPG")).toBeVisible();
  await user.keyboard("m");
  expect(within(dialog).getByRole("slider", { name: "Divider" })).toBeVisible();
  await user.keyboard("8");
  const over = within(dialog).getByRole("slider", { name: /Right over left/ });
  expect(over).toHaveValue("50");
  await user.keyboard("..");
  expect(over).toHaveValue("60");
  expect(screen.getByTestId("layer-right")).toHaveStyle({ opacity: "0.6" });
  await user.keyboard("9");
  expect(within(dialog).getByRole("slider", { name: /Strength/ })).toBeVisible();
  expect(screen.getByTestId("layer-right").style.mixBlendMode).toBe("difference");
  await waitFor(() => expect(spoken()).toHaveTextContent("what is black is equal"));
});

test("the divider moves by its own keys and stays within the picture", async () => {
  const { user, dialog } = open(four);
  await user.keyboard("7");
  const divider = within(dialog).getByRole("slider", { name: "Divider" });
  expect(divider).toHaveAttribute("aria-valuenow", "50");
  divider.focus();
  await user.keyboard("{ArrowLeft}{ArrowLeft}");
  expect(divider).toHaveAttribute("aria-valuenow", "46");
  expect(divider).toHaveAttribute("aria-valuetext", "46 % left picture, 54 % right picture");
  await user.keyboard("{End}{ArrowRight}");
  expect(divider).toHaveAttribute("aria-valuenow", "100");
  expect(dialog).toHaveTextContent("1 and 2 of 4"); // the arrows were the divider's, not the members'
});

test("wheel and keys zoom both; a preview's limit is said", async () => {
  const { user, dialog } = open(group([member(1), member(2, { width: 1600, height: 1067 })]));
  await within(dialog).findAllByRole("img");
  const percents = () =>
    within(dialog)
      .getAllByTestId("percent")
      .map((p) => p.textContent);
  const scales = () =>
    ["left", "right"].map((side) => /scale\((.+?)\)/.exec(screen.getByTestId(`layer-${side}`).style.transform)?.[1]);
  expect(percents()).toEqual(["15 % · ", "56 % · "]);
  fireEvent.wheel(within(dialog).getAllByTestId("stage")[1], { deltaY: -400 });
  expect(scales()[0]).toBe(scales()[1]);
  expect(Number(scales()[0])).toBeCloseTo(Math.E);
  await user.keyboard("z");
  expect(percents()[0]).toBe("100 % · ");
  expect(screen.getByTestId("caption-left")).toHaveTextContent("Shown at preview resolution");
  expect(screen.getByTestId("caption-right")).not.toHaveTextContent("Shown at preview resolution");
  await user.keyboard("z");
  expect(scales()).toEqual(["1", "1"]);
  fireEvent.doubleClick(within(dialog).getAllByTestId("stage")[0]);
  expect(percents()[0]).toBe("100 % · ");
});

test("a protected member cannot be set aside, by button or key, and the reason is there", async () => {
  const { user, dialog, onDecide } = open(four, { member: 3 });
  expect(within(dialog).getByRole("button", { name: "Keep left" })).toBeDisabled();
  expect(within(dialog).getByTestId("consequence")).toHaveTextContent(
    /right one is in a protected folder: it always stays/,
  );
  await user.keyboard("1");
  expect(onDecide).not.toHaveBeenCalled();
  expect(await screen.findAllByText(/right one is in a protected folder: it always stays/)).toHaveLength(2);
  await user.keyboard("2");
  expect(onDecide).toHaveBeenCalledWith({ kind: "keep", assetIds: [4, 3] });
  await user.keyboard("o");
  expect(onDecide).toHaveBeenLastCalledWith({ kind: "keepOnlyKeeper" });
  await user.keyboard("n");
  expect(onDecide).toHaveBeenLastCalledWith({ kind: "notDuplicates" });
});

test("what may exist only once is said before only the keeper is kept, and takes a second press", async () => {
  const { user, dialog, onDecide } = open(
    group([member(1), member(2), member(3, { relation: "burst", suggestKeep: true, keep: true })]),
  );
  expect(within(dialog).getByTestId("consequence")).toHaveTextContent("1 of those that “Only the keeper” sets aside");
  expect(within(dialog).getByRole("button", { name: /Only the keeper/ })).toHaveTextContent("2 aside");
  await user.keyboard("o");
  expect(await screen.findByText(/This sets aside 1 photo that may exist only once/)).toBeVisible();
  expect(onDecide).not.toHaveBeenCalled();
  await user.keyboard("o");
  expect(onDecide).toHaveBeenCalledWith({ kind: "keepOnlyKeeper" });
});

test("a held key decides once", () => {
  const { onDecide } = open(four);
  fireEvent.keyDown(document.body, { key: "1", code: "Digit1" });
  fireEvent.keyDown(document.body, { key: "1", code: "Digit1", repeat: true });
  expect(onDecide).toHaveBeenCalledTimes(1);
});

test("the pair, its relation and the decision are spoken", async () => {
  const { user } = open(four);
  await waitFor(() => expect(spoken()).toHaveTextContent("Left: IMG_1.JPG, kept. Right: IMG_2.JPG, set aside."));
  expect(spoken()).toHaveTextContent("The right one is the same picture");
  await user.keyboard("{ArrowRight}");
  await waitFor(() => expect(spoken()).toHaveTextContent("1 and 3 of 4 members."));
  await user.keyboard("1");
  await waitFor(() => expect(spoken()).toHaveTextContent("Left kept, right set aside."));
  expect(spoken()).toHaveAttribute("aria-live", "polite");
});

test("members and groups by keys; every control has a name", async () => {
  const { user, dialog, onNextGroup, onPreviousGroup, onClose } = open(four);
  expect(dialog).toHaveAccessibleName(/Compare 1 and 2 of 4/);
  await user.keyboard("{ArrowLeft}");
  expect(dialog).toHaveAccessibleName(/1 and 4 of 4/);
  await user.keyboard("x");
  expect(dialog).toHaveAccessibleName(/4 and 1 of 4/);
  await user.keyboard("jk");
  expect(onNextGroup).toHaveBeenCalledTimes(1);
  expect(onPreviousGroup).toHaveBeenCalledTimes(1);
  for (const button of within(dialog).getAllByRole("button")) expect(button).toHaveAccessibleName();
  await user.keyboard("c");
  expect(onClose).toHaveBeenCalledTimes(1);
});

test("the focus stays inside, a click leaves the keys in force, and closing gives the focus back", async () => {
  const { ipc } = seam();
  const opener = (
    <button key="opener" type="button">
      Opener
    </button>
  );
  const { user, show } = mount([opener], ipc);
  screen.getByRole("button", { name: "Opener" }).focus();
  show([opener, <Compare key="compare" group={four} member={0} onDecide={() => {}} onClose={() => show([opener])} />]);
  const dialog = screen.getByTestId("compare");
  expect(dialog).toHaveFocus();
  await user.click(within(dialog).getByRole("radio", { name: "Swap" }));
  expect(dialog).toHaveFocus();
  await user.keyboard("{ArrowRight}");
  expect(dialog).toHaveAccessibleName(/1 and 3 of 4/);
  for (let i = 0; i < 25; i++) {
    await user.tab();
    expect(dialog).toContainElement(document.activeElement as HTMLElement);
  }
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.getByRole("button", { name: "Opener" })).toHaveFocus());
});

test("a turned member is shown turned to match, or as it is", async () => {
  const { user, dialog } = open(
    group([member(1), member(2, { relation: "turned", turn: 6, width: 4000, height: 6000 })]),
  );
  const image = await within(dialog).findByRole("img", { name: /Right: IMG_2.JPG/ });
  expect(image.style.transform).toContain("rotate(90deg)");
  const toggle = within(dialog).getByRole("button", { name: "Show as it is" });
  expect(screen.getByTestId("caption-right")).toHaveTextContent("Turned to match");
  await user.keyboard("t");
  expect(toggle).toHaveTextContent("Turn to match");
  expect(image.style.transform).not.toContain("rotate");
});

test("a crop lies over the same part of its original in every mode, and moves and grows with it", async () => {
  const shown = group([member(1), member(2, { relation: "crop", width: 5400, height: 3600 })]);
  const place = { x: 0.05, y: 0.1, width: 0.91, height: 0.89 };
  const { user, dialog } = open(shown, {}, { relation: "crop", place });
  await within(dialog).findAllByRole("img");
  const lies = (side: string) => {
    const { width, height, transform } = screen.getByTestId(`layer-${side}`).style;
    const [x, y] = [...transform.matchAll(/(-?[\d.]+)px/g)].map(([, n]) => Number(n));
    return { width: Number.parseFloat(width), height: Number.parseFloat(height), x, y };
  };
  await waitFor(() => expect(lies("right").width).toBeCloseTo(810));
  for (const mode of ["5", "6", "7", "8", "9"]) {
    await user.keyboard(mode);
    expect(lies("left")).toEqual({ width: 900, height: 600, x: 0, y: 0 });
    expect(lies("right").height).toBeCloseTo(540);
    expect(lies("right").x).toBeCloseTo(0.005 * 900);
    expect(lies("right").y).toBeCloseTo(0.045 * 600);
  }
  expect(screen.getByTestId("relation")).toHaveTextContent("as nearly as small pictures tell");
  await user.keyboard("+");
  const scale = Number(/scale\((.+?)\)/.exec(screen.getByTestId("layer-left").style.transform)?.[1]);
  expect(scale).toBeGreaterThan(1);
  expect(lies("right").y - lies("left").y).toBeCloseTo(0.045 * 600 * scale);
});

test("a crop on the left lies in its original on the right, and not where it is shown as it was stored", async () => {
  const crop = member(1, { width: 3600, height: 2700 });
  const whole = member(2, { relation: "crop", turn: 6, width: 4000, height: 6000 });
  const place = inverse({ x: 0.1, y: 0.3, width: 0.45, height: 0.6 });
  const { user, dialog } = open(group([crop, whole]), {}, { relation: "crop", turn: 6, place });
  await within(dialog).findAllByRole("img");
  const [left, right] = ["left", "right"].map((side) => screen.getByTestId(`layer-${side}`).style);
  const apart = () => Number.parseFloat(left.width) / Number.parseFloat(right.width);
  await waitFor(() => expect(apart()).toBeCloseTo(0.45));
  expect(Number.parseFloat(left.height) / Number.parseFloat(right.height)).toBeCloseTo(0.6);
  await user.keyboard("t");
  expect(apart()).toBeCloseTo(1);
});

test("only what differs is shown; the worse side is marked in words", async () => {
  const { dialog } = open(four);
  const row = (await within(dialog).findByText("Pixels")).closest("tr") as HTMLElement;
  expect(within(row).getByText("worse").closest("td")).toHaveTextContent("1600 × 1067");
  expect(within(row).getByText("better").closest("td")).toHaveTextContent("6000 × 4000");
  expect(within(dialog).getByText("2 fields the same")).toBeVisible();
  const equal = within(dialog).getByText("2 fields the same").closest("details") as HTMLElement;
  expect(equal).not.toHaveAttribute("open");
  expect(equal).toHaveTextContent("CameraCanon EOS R6");
});

test("a picture that cannot be shown says so, and neighbours are read ahead", async () => {
  const asked = pictures(["preview:2", "thumb:2", "preview:1"]);
  const { user, dialog } = open(four);
  expect(await within(dialog).findByText(/Right: IMG_2.JPG cannot be shown/)).toBeVisible();
  expect(await within(dialog).findByText(/Only its small picture could be made/)).toBeVisible();
  await waitFor(() => expect(asked).toEqual(expect.arrayContaining(["preview:3", "preview:4"])));
  await user.keyboard("7");
  expect(within(dialog).getByRole("alert")).toHaveTextContent("cannot be shown");
  expect(within(dialog).getByRole("button", { name: "Try again" })).toBeVisible();
});

test("different sizes make a difference less exact, and it says so", async () => {
  const { user, dialog } = open(group([member(1), member(2, { width: 1600, height: 1067 })]));
  expect(within(dialog).getByTestId("relation")).not.toHaveTextContent("less exact");
  await user.keyboard("9");
  expect(within(dialog).getByTestId("relation")).toHaveTextContent("the difference is less exact");
});
