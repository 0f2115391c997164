// The part of the twin that signs in and keeps secrets.
import type { Ipc } from "..";
import type { AppError, DestinationSpec, SecretStores } from "../types";

type SecretCalls = Pick<
  Ipc,
  "signIn" | "cancelSignIn" | "signInLink" | "signOut" | "secretStores" | "openVault" | "lockVault"
>;
type Tools = {
  call: <T>(name: string, run: () => T) => Promise<T>;
  instant: boolean;
  /** Whether this computer has a keychain that keeps what it is given. */
  keychain: boolean;
  /** The secret of the destination may have gone. */
  signedOut: () => void;
};

/** How long the person takes in the browser. */
const CONSENT_MS = 2_500;
const ACCOUNT = { drive: "anna@gmail.example", dropbox: "anna@mail.example" };

const refused = (code: string, message: string, next: string): AppError => ({
  code,
  message,
  safe: "Nothing was changed.",
  next,
});

export function secretCalls({ call, instant, keychain, signedOut }: Tools): SecretCalls {
  let waiting: { link: string; cancel: () => void } | null = null;
  let vault: SecretStores["vault"] = "none";
  let passphrase = "";
  const stores = (): SecretStores => ({ keychain, vault });

  const consent = (spec: DestinationSpec) =>
    new Promise<void>((resolve, reject) => {
      waiting?.cancel();
      const timer = setTimeout(
        () => {
          waiting = null;
          resolve();
        },
        instant ? 0 : CONSENT_MS,
      );
      waiting = {
        link: `https://accounts.example/authorize?client_id=albumen&for=${spec.kind}`,
        cancel: () => {
          clearTimeout(timer);
          waiting = null;
          reject(refused("stopped", "The sign-in was cancelled.", "Sign in whenever you like."));
        },
      };
    });

  return {
    signIn: async (spec) => {
      await call("sign_in", () => undefined);
      if (spec.kind !== "drive" && spec.kind !== "dropbox")
        throw refused("usage", "This destination is not opened by signing in.", "Type in its key or password.");
      await consent(spec);
      const name = ACCOUNT[spec.kind];
      return { spec: { ...spec, account: name }, name, freeBytes: 812e9 };
    },
    cancelSignIn: () => call("cancel_sign_in", () => waiting?.cancel()),
    signInLink: () => call("sign_in_link", () => waiting?.link ?? null),
    signOut: () => call("sign_out", signedOut),
    secretStores: () => call("secret_stores", stores),
    openVault: (given) =>
      call("open_vault", () => {
        if (vault === "none") {
          if (given.length < 8)
            throw refused("usage", "The passphrase is too short.", "Use eight characters at least.");
          passphrase = given;
        } else if (given !== passphrase) {
          throw refused(
            "vault_passphrase",
            "This passphrase does not open the file of secrets.",
            "Type it again: capital letters count.",
          );
        }
        vault = "open";
        return stores();
      }),
    lockVault: () =>
      call("lock_vault", () => {
        if (vault === "open") vault = "locked";
        return stores();
      }),
  };
}
