// Draws a landscape for a file id as an SVG data URL: files of one group share the scene and differ as their relation says.
import type { Relation } from "../types";
import { randomOf } from "./random";

const SKIES = [
  ["#f6d7b0", "#e78f6b", "#5b5f97"],
  ["#cfe8f5", "#8fc1e3", "#3f6c8f"],
  ["#fbe7c6", "#f2b880", "#8c6a5d"],
  ["#d7e3d4", "#9db8a0", "#4e6e58"],
  ["#e8d9f0", "#b79fcb", "#5a4a78"],
  ["#fde2e2", "#f3a6a6", "#7a4a5a"],
];

/** What lies over the scene. */
const OVER: Partial<Record<Relation, string>> = {
  edited: `<rect width="120" height="100" fill="#f08a24" opacity=".28"/>`,
  bracket: `<rect width="120" height="100" fill="#000" opacity=".38"/>`,
  border: `<rect width="100" height="100" fill="none" stroke="#fff" stroke-width="14"/>`,
};

export function picture(fileId: number, scene: number, relation: Relation, width: number, height: number): string {
  const random = randomOf(scene + 7);
  const [light, mid, dark] = SKIES[Math.floor(random() * SKIES.length)];
  const sunX = 20 + random() * 60;
  const sunY = 18 + random() * 26;
  const hill = (base: number, rough: number) => {
    let path = `M0 ${base}`;
    for (let x = 0; x <= 120; x += 20)
      path += ` Q${x + 10} ${base - random() * rough} ${x + 20} ${base - random() * 4}`;
    return `${path} V100 H0 Z`;
  };
  const far = hill(62, 26);
  const near = hill(78, 18);
  const shift = relation === "burst" || relation === "bracket" ? (fileId % 7) * 1.6 : 0;
  const turned = relation === "turned";
  const view = turned ? "0 -96 100 96" : relation === "crop" ? "22 18 58 60" : `${shift} 0 96 100`;
  const [w, h] = turned ? [height, width] : [width, height];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view}" preserveAspectRatio="none" width="${w}" height="${h}"><defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="${light}"/><stop offset="1" stop-color="${mid}"/></linearGradient></defs><g${turned ? ' transform="rotate(-90)"' : ""}><rect width="120" height="100" fill="url(#g)"/><ellipse cx="${sunX}" cy="${sunY}" rx="6" ry="8" fill="#fff" opacity=".75"/><path d="${far}" fill="${mid}"/><path d="${far}" fill="${dark}" opacity=".35"/><path d="${near}" fill="${dark}"/>${OVER[relation] ?? ""}</g></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
