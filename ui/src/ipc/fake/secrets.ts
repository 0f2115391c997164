// The twin's places for secrets: a keychain, or a vault whose passphrase is "correct horse".
import type { AppError, DestinationInfo, DestinationSpec, SecretPlace, SecretStores } from "../types";
import type { Scenario } from ".";
import { describe } from "./places";

const WRONG: AppError = {
  code: "vault_passphrase",
  message: "This passphrase does not open the vault.",
  safe: "Nothing was changed, and nothing was removed.",
  next: "Type it again. Capital letters count.",
};
export const PASSPHRASE = "correct horse";

export class FakeSecrets {
  stores: SecretStores;
  private passphrase: string;

  constructor(scenario: Scenario) {
    const vault = scenario === "locked" ? "locked" : "none";
    this.stores = { keychain: scenario !== "locked" && scenario !== "noKeychain", vault };
    this.passphrase = vault === "locked" ? PASSPHRASE : "";
  }

  open(passphrase: string): SecretStores {
    if (this.stores.vault === "none") this.passphrase = passphrase;
    if (passphrase !== this.passphrase) throw WRONG;
    this.stores = { ...this.stores, vault: "open" };
    return this.stores;
  }

  lock(): SecretStores {
    if (this.stores.vault === "open") this.stores = { ...this.stores, vault: "locked" };
    return this.stores;
  }

  /** Where the secret of `spec` lies once it is chosen. */
  keep(spec: DestinationSpec, given: boolean, remember: boolean, before: DestinationInfo | null): SecretPlace {
    if (spec.kind === "folder" || spec.kind === "sftp" || (spec.kind === "webdav" && spec.user === "")) return "none";
    if (!given) return before?.url === describe(spec).url ? before.secret : "environment";
    if (!remember) return "session";
    return this.stores.keychain ? "keychain" : "vault";
  }
}
