// What the forms of the destination step make of what people type.
import { expect, test } from "vitest";
import {
  folderProblem,
  isOpen,
  nextcloudAddress,
  portProblem,
  readServer,
  webdavProblem,
} from "../src/destination/addresses";
import { accountProblem, azureAccount, azureEndpoint, readConnectionString } from "../src/destination/azure";
import { GROUPS, homeOf } from "../src/destination/homes";
import { readKeyFile } from "../src/destination/key-file";
import { PRESETS, PROVIDERS, providerOf } from "../src/destination/presets";
import { accountSpec, clientProblem } from "../src/destination/providers";
import { leftToCopy } from "../src/destination/room";
import { missingWords, secretWords } from "../src/destination/secret-words";
import { askingFor, passphraseProblem } from "../src/destination/use-keeping";
import { createFake } from "../src/ipc/fake";

test("every home stands in one group and once", () => {
  const kinds = GROUPS.flatMap((group) => group.homes.map((home) => home.kind));
  expect([...kinds].sort()).toEqual(["azure", "drive", "dropbox", "folder", "gcs", "s3", "sftp", "webdav"]);
  for (const kind of kinds) expect(homeOf(kind).kind).toBe(kind);
});

test("a preset's address leads back to its provider", () => {
  for (const id of PROVIDERS) {
    const { endpoint, region } = PRESETS[id];
    if (endpoint) expect(providerOf(endpoint(region), region)).toBe(id);
  }
  expect(providerOf("https://0.r2.cloudflarestorage.com", "auto")).toBe("r2");
  expect(providerOf("http://nas.local:9000", "us-east-1")).toBe("other");
});

test("a key file says whose key it is, and a wrong file what it is instead", () => {
  const good = { client_email: "a@p.iam", private_key: "-----BEGIN PRIVATE KEY-----", project_id: "p" };
  expect(readKeyFile(JSON.stringify(good))).toEqual({ email: "a@p.iam", project: "p" });
  expect(readKeyFile("  ")).toBeNull();
  for (const [text, word] of [
    ["{", "not a key file"],
    ['{"installed":{}}', "OAuth client"],
    [JSON.stringify({ ...good, private_key: "" }), "missing"],
    ["[]", "missing"],
    ["null", "missing"],
  ])
    expect(readKeyFile(text)).toHaveProperty("problem", expect.stringContaining(word));
});

test("an Azure account and its address name each other", () => {
  expect(azureAccount(azureEndpoint("annaphotos"))).toBe("annaphotos");
  expect(azureEndpoint("")).toBe("");
  expect(azureAccount("http://127.0.0.1:10000/devstore")).toBe("");
  expect(accountProblem("Anna")).not.toBeNull();
  expect(accountProblem("")).toBeNull();
});

test("a connection string is taken apart", () => {
  const text = "DefaultEndpointsProtocol=https;AccountName=anna;AccountKey=a+b/c==;EndpointSuffix=core.windows.net";
  expect(readConnectionString(text)).toEqual({ account: "anna", key: "a+b/c==", endpoint: azureEndpoint("anna") });
  expect(readConnectionString(`${text};BlobEndpoint=http://127.0.0.1:10000/anna/`)?.endpoint).toBe(
    "http://127.0.0.1:10000/anna",
  );
  expect(readConnectionString(text.replace("core.windows.net", "core.chinacloudapi.cn"))?.endpoint).toBe(
    "https://anna.blob.core.chinacloudapi.cn",
  );
  expect(readConnectionString("a+b/c==")).toBeNull();
});

test("a WebDAV address is refused with a word about what to do", () => {
  expect(webdavProblem("")).toBeNull();
  expect(webdavProblem("https://cloud.example/dav")).toBeNull();
  expect(webdavProblem("cloud.example/dav")).toContain("https://");
  expect(webdavProblem("https://")).toContain("https://");
  expect(webdavProblem("https://anna:word@cloud.example/dav")).toContain("own fields");
  expect(isOpen("http://nas.local/dav")).toBe(true);
  expect(isOpen("http://127.0.0.1:8080/dav")).toBe(false);
  expect(isOpen("https://nas.local/dav")).toBe(false);
});

test("Nextcloud's address follows from its page and the user", () => {
  const files = "https://c.example/remote.php/dav/files/anna%40b/Albumen%20Photos";
  expect(nextcloudAddress("https://c.example", "anna@b")).toBe(files);
  expect(nextcloudAddress("https://c.example/index.php/apps/files/files/3?dir=/", "anna@b")).toBe(files);
  expect(nextcloudAddress("https://c.example/cloud/apps/files", "a")).toBe(
    "https://c.example/cloud/remote.php/dav/files/a/Albumen%20Photos",
  );
  expect(nextcloudAddress(files, "anna@b")).toBeNull();
  expect(nextcloudAddress("https://c.example/dav/photos", "anna")).toBeNull();
  expect(nextcloudAddress("https://c.example", "")).toBeNull();
});

test("a server typed with everything is taken apart", () => {
  expect(readServer("nas.local")).toBeNull();
  expect(readServer("anna@nas.local:2222/volume1/photos")).toEqual({
    host: "nas.local",
    user: "anna",
    port: 2222,
    folder: "/volume1/photos",
  });
  expect(readServer("sftp://[fe80::1]:22/")).toEqual({ host: "[fe80::1]", port: 22 });
  expect(readServer("nas local")).toBeNull();
  expect(portProblem("22")).toBeNull();
  for (const port of ["", "0", "65536", "22a"]) expect(portProblem(port)).not.toBeNull();
  expect(folderProblem("volume1")).toContain("/");
  expect(folderProblem("/volume1")).toBeNull();
});

test("a folder is named without what does not belong to its name", () => {
  const spec = accountSpec("dropbox", " /Albumen Photos/ ", "dbid:1", "");
  expect(spec).toEqual({ kind: "dropbox", folder: "Albumen Photos", account: "dbid:1", api: "" });
});

test("a client of one's own is whole: Google's comes with a secret", () => {
  expect(clientProblem("drive", { id: "", secret: "" })).toBeNull();
  expect(clientProblem("drive", { id: "mine", secret: "" })).toBe("The client secret is missing.");
  expect(clientProblem("drive", { id: "mine", secret: "s" })).toBeNull();
  expect(clientProblem("dropbox", { id: "mine", secret: "" })).toBeNull();
  expect(clientProblem("dropbox", { id: "", secret: "s" })).toBe("The app key is missing.");
});

test("a passphrase is asked for only where it is needed", () => {
  expect(askingFor(undefined)).toBe("no");
  expect(askingFor({ keychain: true, vault: "locked" })).toBe("no");
  expect(askingFor({ keychain: false, vault: "none" })).toBe("twice");
  expect(askingFor({ keychain: false, vault: "locked" })).toBe("once");
  expect(askingFor({ keychain: false, vault: "open" })).toBe("no");
  expect(passphraseProblem("twice", "short", "short")).toContain("8");
  expect(passphraseProblem("twice", "long enough", "long enoug")).toContain("same");
  expect(passphraseProblem("twice", "long enough", "long enough")).toBeNull();
  expect(passphraseProblem("once", "", "")).not.toBeNull();
  expect(passphraseProblem("once", "x", "")).toBeNull();
  expect(passphraseProblem("no", "", "")).toBeNull();
});

test("words for a secret fit the home", () => {
  expect(secretWords({ kind: "drive", secret: "vault" })).toBe("Your sign-in is kept under your passphrase.");
  expect(secretWords({ kind: "webdav", secret: "keychain" })).toContain("password");
  expect(secretWords({ kind: "sftp", secret: "none" })).toContain("ssh");
  expect(missingWords("dropbox", false).button).toBe("Sign in again");
  expect(missingWords("s3", true).text).toContain("passphrase");
});

test("what is left to copy is the plan's, or everything without one", async () => {
  const { plan, sources } = await createFake({ scenario: "moved", instant: true }).snapshot();
  expect(leftToCopy({ plan, sources })).toBe(0);
  expect(leftToCopy({ plan: null, sources })).toBeGreaterThan(100e9);
});
