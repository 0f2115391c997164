// The twin and the shell's implementation offer the same calls, and every command goes out under its agreed name.
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { expect, test } from "vitest";
import { createFake } from "../src/ipc/fake";
import { tauriIpc } from "../src/ipc/tauri";
import { EXACT_OPEN } from "../src/review/filter";

test("both implementations have the same members", () => {
  const twin = Object.keys(createFake()).filter((name) => !["calls", "drop", "failNext"].includes(name));
  clearMocks();
  mockIPC(() => undefined);
  (window as unknown as { __TAURI_INTERNALS__: Record<string, unknown> }).__TAURI_INTERNALS__.convertFileSrc = (
    path: string,
    scheme: string,
  ) => `${scheme}://localhost/${path}`;
  const real = tauriIpc();
  expect(Object.keys(real).sort()).toEqual(twin.sort());
  expect(real.previewUrl(7)).toBe("thumb://localhost/preview/7");
});

test("arguments go out by name", async () => {
  clearMocks();
  const seen: unknown[] = [];
  mockIPC((command, args) => {
    seen.push([command, args]);
  });
  (window as unknown as { __TAURI_INTERNALS__: Record<string, unknown> }).__TAURI_INTERNALS__.convertFileSrc = (
    path: string,
  ) => path;
  const ipc = tauriIpc();
  await ipc.decide([1], { kind: "keep", assetIds: [2] });
  await ipc.startDelete("t", "12", false);
  await ipc.chooseDestination({ kind: "folder", path: "/x" }, null, true);
  await ipc.signIn({ kind: "dropbox", folder: "x", account: "", api: "" }, "id", "");
  await ipc.openVault("long enough");
  await ipc.setThrottle({ up: 1, down: null, hours: [] });
  await ipc.setSourceLoad({ how: "gentle" });
  await ipc.decideAll(EXACT_OPEN, { kind: "keepSuggested" });
  await ipc.markFolder(3, "dump");
  await ipc.setRules([{ id: "raw", enabled: false }]);
  await ipc.setPreference("keys", "{}");
  expect(seen).toEqual([
    ["decide", { groupIds: [1], decision: { kind: "keep", assetIds: [2] } }],
    ["start_delete", { token: "t", typed: "12", permanent: false }],
    ["choose_destination", { spec: { kind: "folder", path: "/x" }, secret: null, remember: true }],
    ["sign_in", { spec: { kind: "dropbox", folder: "x", account: "", api: "" }, clientId: "id", clientSecret: "" }],
    ["open_vault", { passphrase: "long enough" }],
    ["set_throttle", { throttle: { up: 1, down: null, hours: [] } }],
    ["set_source_load", { load: { how: "gentle" } }],
    ["decide_all", { filter: EXACT_OPEN, decision: { kind: "keepSuggested" } }],
    ["mark_folder", { id: 3, mark: "dump" }],
    ["set_rules", { rules: [{ id: "raw", enabled: false }] }],
    ["set_preference", { key: "keys", value: "{}" }],
  ]);
});
