// The layout's editor: presets, words that put themselves in at the caret, and what the layout would make of the library.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { layoutPreview } from "../src/ipc/fake/layout";
import { insertWord, lacking, PRESETS } from "../src/plan/layout/words";
import { open } from "./render";

async function editor() {
  const { user, ipc } = await open("demo", "plan");
  await user.click(screen.getByTestId("change-layout"));
  return { user, ipc, input: screen.getByTestId<HTMLInputElement>("layout") };
}

test("a word goes in at the caret, and inside of braces it is what is asked next", () => {
  expect(insertWord("a/{sha8}", 2, 2, "year")).toEqual({ text: "a/{year}{sha8}", caret: 8 });
  expect(insertWord("abc", 1, 2, "day")).toEqual({ text: "a{day}c", caret: 6 });
  expect(insertWord("{album}/x", 4, 4, "original folder")).toEqual({ text: "{album|original folder}/x", caret: 22 });
  expect(insertWord('{album|"No album"}', 3, 3, "place")).toEqual({ text: '{album|place|"No album"}', caret: 12 });
  expect(insertWord("{}", 1, 1, "year")).toEqual({ text: "{year}", caret: 5 });
  expect(insertWord("{year}", 0, 0, "day")).toEqual({ text: "{day}{year}", caret: 5 });
  expect(insertWord("{year}", 6, 6, "day")).toEqual({ text: "{year}{day}", caret: 11 });
});

test("what photos lack is said as one says it", () => {
  expect(lacking(["album", "original folder"])).toBe("no album and no original folder");
});

test("every preset is a layout", () => {
  for (const { layout } of PRESETS) expect(layoutPreview({ layout, skipDuplicates: true }).folders).toBeGreaterThan(0);
});

test("a preset shows its tree, with photos counted and folders that open", async () => {
  const { user, input } = await editor();
  await user.click(screen.getByRole("button", { name: "Year / month" }));
  expect(input).toHaveValue("{year}/{year}-{month}/{original name}");
  const tree = within(await screen.findByTestId("layout-tree"));
  const year = await tree.findByRole("button", { name: /2021/ });
  expect(year).toHaveTextContent("400");
  expect(year).toHaveAttribute("aria-expanded", "false");
  await user.click(year);
  expect(year).toHaveAttribute("aria-expanded", "true");
  expect(tree.getByText("2021-03")).toBeVisible();
  await user.click(year);
  expect(tree.queryByText("2021-03")).toBeNull();
});

test("words are put in by keyboard alone, and the caret goes on behind them", async () => {
  const { user, input } = await editor();
  await user.clear(input);
  await user.type(input, "x/");
  await user.tab();
  expect(screen.getByTestId("word-year")).toHaveFocus();
  await user.keyboard("{ArrowRight}{Enter}");
  await waitFor(() => expect(input).toHaveFocus());
  expect(input).toHaveValue("x/{month}");
  expect(input.selectionStart).toBe(9);
  await user.keyboard("/");
  await user.click(screen.getByTestId("word-sequence"));
  expect(input).toHaveValue("x/{month}/{sequence}");
});

test("names that collide, dates that are missing and albums that are not there are told in words", async () => {
  const { user, input } = await editor();
  await user.clear(input);
  await user.type(input, '{{album|"Rest"}/{{original name}');
  const note = await screen.findByTestId("layout-collisions");
  expect(note).toHaveTextContent(/have the name of another one in the same folder. Both are kept/);
  expect(within(note).getAllByRole("listitem")).toHaveLength(2);
  expect(await screen.findByText(/have no album: they go to/)).toHaveTextContent("“Rest”");
  await user.clear(input);
  await user.type(input, "{{year}/{{sequence}");
  expect(await screen.findByTestId("layout-apart")).toHaveTextContent("a number of its own");
  expect(screen.getByTestId("layout-by-file-time")).toHaveTextContent("no date of their own");
  expect(screen.queryByTestId("layout-collisions")).toBeNull();
});

test("a layout that loses names is refused at the input and shows no tree", async () => {
  const { user, input } = await editor();
  await user.clear(input);
  await user.type(input, "{{year}");
  expect(await screen.findByText(/must hold \{original name\}, \{sequence\} or \{sha8\}/)).toBeVisible();
  expect(input).toHaveAttribute("aria-invalid", "true");
  expect(screen.queryByTestId("layout-tree")).toBeNull();
});
