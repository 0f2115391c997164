// What is known of some photos, for the plan's preview of XMP files.
import type { XmpPage, XmpQuery, XmpRow, XmpSummary } from "../types";

export const XMP_SUMMARY: XmpSummary = {
  write: 37,
  written: 0,
  failed: 0,
  there: 2,
  outdated: 1,
  own: 12,
  ownLacks: 3,
  taken: 0,
};

function row(id: number): XmpRow {
  const name = `IMG_${2000 + id}.JPG`;
  const takeout = `/home/anna/Takeout/Porto/${name}.json`;
  const card = `/media/card/DCIM/${name}`;
  const from = `/home/anna/Takeout/Photos from 2019/${name}`;
  return {
    id,
    fileId: id,
    from,
    to: `2019/2019-07/${name}.xmp`,
    becomes: "write",
    state: "planned",
    why: "",
    facts: [
      { what: "keyword", text: "sea", from, inPhoto: true },
      { what: "caption", text: "At the pier, before the storm", from: takeout, inPhoto: false },
      { what: "person", text: id % 2 ? "Anna" : "Ben", from: takeout, inPhoto: false },
      { what: "album", text: "Porto", from: `/home/anna/Takeout/Porto/${name}`, inPhoto: false },
      { what: "rating", text: "4", from: card, inPhoto: false },
    ],
  };
}

const ROWS = Array.from({ length: 37 }, (_, id) => row(id));

export function fakeXmpRows({ search, offset, limit }: XmpQuery): XmpPage {
  const needle = search.trim().toLowerCase();
  const found = ROWS.filter((one) => JSON.stringify(one).toLowerCase().includes(needle));
  return { total: found.length, rows: found.slice(offset, offset + limit) };
}
