// The part of the twin that the Destination screen asks: testing, choosing, signing in, and where secrets lie.
import type { Ipc } from "..";
import type { DestinationInfo } from "../types";
import type { Scenario } from ".";
import { describe, fakeFacts } from "./places";
import { FakeSecrets } from "./secrets";
import { FakeSignIn } from "./sign-in";

type DestinationCalls = Pick<
  Ipc,
  | "pickDestinationFolder"
  | "testDestination"
  | "chooseDestination"
  | "signIn"
  | "cancelSignIn"
  | "signInLink"
  | "signOut"
  | "secretStores"
  | "openVault"
  | "lockVault"
>;
type Tools = {
  call: <T>(name: string, run: () => T | Promise<T>) => Promise<T>;
  scenario: Scenario;
  instant: boolean;
  get: () => DestinationInfo | null;
  /** Also tells the page. */
  set: (destination: DestinationInfo) => void;
};

export function destinationCalls({ call, scenario, instant, get, set }: Tools): DestinationCalls {
  const browser = new FakeSignIn(scenario, instant);
  const secrets = new FakeSecrets(scenario);
  /** Its secret moves from one place to another, where it lies in the first. */
  const move = (from: DestinationInfo["secret"], to: DestinationInfo["secret"]) => {
    const now = get();
    if (now?.secret === from) set({ ...now, secret: to });
  };
  return {
    pickDestinationFolder: () => call("pick_destination_folder", () => "/media/anna/Archive/Photos"),
    testDestination: (spec, secret) => call("test_destination", () => fakeFacts(spec, secret)),
    chooseDestination: (spec, secret, remember) =>
      call("choose_destination", () => {
        const before = get();
        const place = secrets.keep(spec, secret !== null || browser.holds(spec), remember, before);
        const next = { id: (before?.id ?? 0) + 1, kind: spec.kind, ...describe(spec), secret: place, spec };
        set(next);
        return next;
      }),
    signIn: (spec, clientId) => call("sign_in", () => browser.begin(spec, clientId)),
    cancelSignIn: () => call("cancel_sign_in", () => browser.cancel()),
    signInLink: () => call("sign_in_link", () => browser.link),
    signOut: (spec) =>
      call("sign_out", () => {
        browser.forget(spec);
        const now = get();
        if (now?.url === describe(spec).url) set({ ...now, secret: "missing" });
      }),
    secretStores: () => call("secret_stores", () => secrets.stores),
    openVault: (passphrase) =>
      call("open_vault", () => {
        const held = secrets.stores.vault === "locked";
        const stores = secrets.open(passphrase);
        if (held) move("missing", "vault");
        return stores;
      }),
    lockVault: () =>
      call("lock_vault", () => {
        const stores = secrets.lock();
        move("vault", "missing");
        return stores;
      }),
  };
}
