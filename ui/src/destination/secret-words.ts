// Where the secret of a destination lies, in words.
import type { DestinationInfo } from "../ipc";
import type { Kind } from "./homes";

const NOUN: Partial<Record<Kind, string>> = { drive: "sign-in", dropbox: "sign-in", webdav: "password" };

/** What opens a destination of this kind: "key", "password", "sign-in". */
export const secretNoun = (kind: Kind): string => NOUN[kind] ?? "key";

export function secretWords({ kind, secret }: Pick<DestinationInfo, "kind" | "secret">): string | null {
  const what = NOUN[kind] === "sign-in" ? "Your sign-in" : `Its ${secretNoun(kind)}`;
  switch (secret) {
    case "none":
      return kind === "sftp" ? "Opened by this computer’s own ssh." : "Needs no key.";
    case "keychain":
      return `${what} is kept in this computer’s keychain.`;
    case "vault":
      return `${what} is kept under your passphrase.`;
    case "session":
      return `${what} is kept for this session only; you are asked again after a restart.`;
    case "environment":
      return `${what} comes from the environment Albumen was started in.`;
    case "missing":
      return null;
  }
}

/** What to do about a secret that is missing, and the button for it. */
export function missingWords(kind: Kind, locked: boolean): { text: string; button: string } {
  const noun = secretNoun(kind);
  const button = noun === "sign-in" ? "Sign in again" : `Enter the ${noun} again`;
  const until = "Nothing can be copied or verified until then.";
  if (locked) {
    const may = noun === "sign-in" ? "Your sign-in" : `The ${noun} for this destination`;
    return { text: `${may} may lie under your passphrase. ${until}`, button };
  }
  return {
    text:
      noun === "sign-in"
        ? `Albumen is not signed in. ${until}`
        : `The ${noun} for this destination is missing. ${until}`,
    button,
  };
}
