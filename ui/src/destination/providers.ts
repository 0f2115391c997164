// What the two providers with a browser sign-in call things, and what Albumen may see there.
import type { DestinationSpec } from "../ipc";

export type Provider = "drive" | "dropbox";
export type AccountSpec = Extract<DestinationSpec, { kind: Provider }>;

/** A folder's name as it is kept: no spaces and slashes round it. */
const named = (folder: string): string => folder.trim().replace(/^\/+|\/+$/g, "");

export const accountSpec = (kind: Provider, folder: string, account: string, api: string): AccountSpec => ({
  kind,
  folder: named(folder),
  account,
  api,
});

export const isAccountSpec = (spec: DestinationSpec): spec is AccountSpec =>
  spec.kind === "drive" || spec.kind === "dropbox";

type Words = {
  who: string;
  home: string;
  /** What Albumen can see, and how to take that back. */
  sees: string;
  back: string;
  clientId: string;
  clientSecret: string;
  secretHint: string;
  /** It refuses a client that comes without its secret. */
  wantsSecret: boolean;
  /** How to get a client of one's own. */
  own: string;
  console: string;
};

export const FOLDER_NAME = "Albumen Photos";

/** A label's words inside a sentence: "client ID". */
export const inSentence = (label: string): string => label.charAt(0).toLowerCase() + label.slice(1);

/** What keeps this client from being used; none at all stands for the one of this build. */
export function clientProblem(provider: Provider, { id, secret }: { id: string; secret: string }): string | null {
  const { clientId, clientSecret, wantsSecret } = PROVIDERS[provider];
  if (id === "" && secret !== "") return `The ${inSentence(clientId)} is missing.`;
  return id !== "" && secret === "" && wantsSecret ? `The ${inSentence(clientSecret)} is missing.` : null;
}

export const PROVIDERS: Record<Provider, Words> = {
  drive: {
    who: "Google",
    home: "Google Drive",
    sees: "Albumen sees only what it puts there itself. Everything else in your Drive stays closed to it.",
    back: "You can take that back at any time: sign out here, or remove Albumen in your Google account under “Third-party apps”.",
    clientId: "Client ID",
    clientSecret: "Client secret",
    secretHint: "Beside the client ID, in the same place.",
    wantsSecret: true,
    own: "In the Google Cloud console, enable the Google Drive API, then create a credential: OAuth client ID, of the type “Desktop app”.",
    console: "https://console.cloud.google.com/apis/credentials",
  },
  dropbox: {
    who: "Dropbox",
    home: "Dropbox",
    sees: "Albumen sees only its own folder. Everything else in your Dropbox stays closed to it.",
    back: "You can take that back at any time: sign out here, or remove Albumen in your Dropbox settings under “Connected apps”.",
    clientId: "App key",
    clientSecret: "App secret",
    secretHint: "Optional.",
    wantsSecret: false,
    own: "In the Dropbox App Console, create an app with “Scoped access” and “App folder”, permit account_info.read, files.metadata.read, files.content.read and files.content.write, and add the redirect address http://127.0.0.1:53682/ (with 53683 and 53684 beside it).",
    console: "https://www.dropbox.com/developers/apps",
  },
};
