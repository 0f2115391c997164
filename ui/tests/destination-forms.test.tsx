// Choosing a home of every kind in the window, over the in-memory twin.
import { screen, waitFor, within } from "@testing-library/react";
import type { UserEvent } from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { PASSPHRASE } from "../src/ipc/fake/secrets";
import { open } from "./render";

const by = screen.getByTestId;
const KEY = JSON.stringify({ client_email: "a@p.iam", private_key: "-----BEGIN PRIVATE KEY-----", project_id: "p" });

async function testAndUse(user: UserEvent) {
  await user.click(by("dest-test"));
  await waitFor(() => expect(by("dest-use")).toBeEnabled());
  await user.click(by("dest-use"));
}

test("the form that opens has the keyboard and the name of its home", async () => {
  const { user } = await open("demo", "destination");
  await user.click(by("dest-azure"));
  expect(by("dest-azure")).toHaveAttribute("aria-pressed", "true");
  expect(screen.getByRole("heading", { name: "Azure Blob Storage" })).toHaveFocus();
});

test("Enter in a field tests, and once that is good, uses", async () => {
  const { user } = await open("demo", "destination");
  await user.click(by("dest-webdav"));
  await user.type(by("webdav-address"), "https://c.example/dav/Photos");
  await user.type(by("webdav-user"), "anna");
  await user.type(by("webdav-password"), "wrong{Enter}");
  expect(await screen.findByTestId("dest-facts")).toHaveTextContent("Type the user and the password again.");
  await user.type(by("webdav-password"), " no more{Enter}");
  await waitFor(() => expect(by("dest-facts")).toHaveAttribute("data-ok", "true"));
  await user.type(by("webdav-password"), "{Enter}");
  await waitFor(() => expect(by("dest-current")).toHaveTextContent("c.example"));
});

test("Google Drive is one sign-in, a test, and used", async () => {
  const { ipc, user } = await open("demo", "destination");
  const signIn = vi.spyOn(ipc, "signIn");
  const choose = vi.spyOn(ipc, "chooseDestination");
  await user.click(by("dest-drive"));
  expect(by("drive-folder")).toHaveValue("Albumen Photos");
  expect(by("drive-sees")).toHaveTextContent("only what it puts there itself");
  expect(screen.queryByTestId("dest-test")).toBeNull();
  await user.click(by("drive-sign-in"));
  expect(await screen.findByTestId("drive-account")).toHaveTextContent("anna.berg@example.com");
  expect(signIn).toHaveBeenCalledWith({ kind: "drive", folder: "Albumen Photos", account: "", api: "" }, "", "");
  expect(by("dest-room")).toHaveTextContent("Not everything fits");
  await testAndUse(user);
  await waitFor(() => expect(by("dest-current")).toHaveAttribute("data-secret", "keychain"));
  const spec = { kind: "drive", folder: "Albumen Photos", account: "1084", api: "" };
  expect(choose).toHaveBeenCalledWith(spec, null, true);
  await user.click(by("sign-out"));
  await waitFor(() => expect(by("dest-current")).toHaveAttribute("data-secret", "missing"));
  await user.click(screen.getByRole("button", { name: "Sign in again" }));
  await user.click(by("drive-sign-in"));
  expect(signIn).toHaveBeenLastCalledWith(spec, "", "");
});

test("another folder after signing in is open to the same sign-in", async () => {
  const { ipc, user } = await open("demo", "destination");
  const signIn = vi.spyOn(ipc, "signIn");
  const test = vi.spyOn(ipc, "testDestination");
  await user.click(by("dest-drive"));
  await user.click(by("drive-sign-in"));
  await screen.findByTestId("drive-account");
  await user.type(by("drive-folder"), " 2");
  expect(by("drive-account")).toBeVisible();
  await user.click(by("dest-test"));
  expect(signIn).toHaveBeenCalledTimes(1);
  expect(test).toHaveBeenLastCalledWith({ kind: "drive", folder: "Albumen Photos 2", account: "1084", api: "" }, null);
});

test("a sign-in that waits shows its address and can be given up", async () => {
  const { ipc, user } = await open("signing", "destination");
  await user.click(by("dest-dropbox"));
  await user.click(by("dropbox-sign-in"));
  expect(await screen.findByTestId("dropbox-waiting")).toHaveTextContent("come back here");
  await waitFor(() => expect(by("dropbox-link")).toHaveDisplayValue(/dropbox\.com\/oauth2/));
  await user.click(by("dropbox-copy"));
  expect(await navigator.clipboard.readText()).toContain("dropbox.com/oauth2");
  await user.click(by("dropbox-cancel"));
  expect(await screen.findByTestId("dropbox-sign-in")).toBeEnabled();
  expect(screen.queryByTestId("error-box")).toBeNull();
  await user.click(by("dropbox-sign-in"));
  await screen.findByTestId("dropbox-waiting");
  await user.click(by("dest-folder"));
  await waitFor(() => expect(ipc.calls.filter((call) => call === "cancel_sign_in")).toHaveLength(2));
});

test("a refusal in the browser is told and can be tried again", async () => {
  const { user } = await open("denied", "destination");
  await user.click(by("dest-drive"));
  await user.click(by("drive-sign-in"));
  expect(await screen.findByTestId("error-box")).toHaveAttribute("data-code", "sign_in_denied");
  expect(by("drive-sign-in")).toBeEnabled();
});

test("a build without a client asks for one and takes it", async () => {
  const { ipc, user } = await open("noClient", "destination");
  const signIn = vi.spyOn(ipc, "signIn");
  await user.click(by("dest-dropbox"));
  expect(screen.queryByTestId("dropbox-client-id")).toBeNull();
  await user.click(by("dropbox-sign-in"));
  expect(await screen.findByTestId("dropbox-own-why")).toHaveTextContent("not registered with Dropbox");
  expect(by("dropbox-sign-in")).toBeDisabled();
  await user.type(by("dropbox-client-id"), "mine");
  await user.click(by("dropbox-sign-in"));
  expect(await screen.findByTestId("dropbox-account")).toBeVisible();
  expect(signIn).toHaveBeenLastCalledWith(expect.objectContaining({ kind: "dropbox" }), "mine", "");
});

test("another account than before is asked about, not taken", async () => {
  const { ipc, user } = await open("locked", "destination");
  const signIn = vi.spyOn(ipc, "signIn");
  await user.click(screen.getByRole("button", { name: "Sign in again" }));
  ipc.failNext("sign_in", { code: "wrong_account", message: "Another account.", safe: "All.", next: "Choose." });
  await user.click(by("drive-sign-in"));
  await user.click(await screen.findByTestId("drive-other-account"));
  expect(await screen.findByTestId("drive-account")).toBeVisible();
  expect(signIn).toHaveBeenLastCalledWith(expect.objectContaining({ account: "" }), "", "");
});

test("a key file is chosen, shown by its name, and sent with the test", async () => {
  const { ipc, user } = await open("demo", "destination");
  const tried = vi.spyOn(ipc, "testDestination");
  await user.click(by("dest-gcs"));
  await user.type(by("gcs-bucket"), "photos");
  await user.click(by("gcs-key-paste"));
  await user.click(by("gcs-key-text"));
  await user.paste("not a key");
  expect(screen.getByText(/This is not a key file/)).toBeVisible();
  expect(by("dest-test")).toBeDisabled();
  await user.upload(by("gcs-key-file"), new File([KEY], "key.json", { type: "application/json" }));
  expect(await screen.findByTestId("gcs-key-of")).toHaveTextContent("a@p.iam · project p");
  await testAndUse(user);
  await waitFor(() => expect(by("dest-current")).toHaveTextContent("photos (Google Cloud)"));
  expect(tried).toHaveBeenCalledWith(
    { kind: "gcs", bucket: "photos", prefix: "", endpoint: "" },
    { kind: "serviceAccount", json: KEY },
  );
});

test("a pasted connection string fills in the account, its key and its address", async () => {
  const { ipc, user } = await open("demo", "destination");
  const tried = vi.spyOn(ipc, "testDestination");
  await user.click(by("dest-azure"));
  await user.click(by("azure-account"));
  await user.paste("AccountName=annaphotos;AccountKey=abc==");
  await user.type(by("azure-container"), "photos");
  await testAndUse(user);
  await waitFor(() => expect(by("dest-current")).toHaveTextContent("photos (Azure)"));
  expect(tried).toHaveBeenCalledWith(
    { kind: "azure", container: "photos", prefix: "", endpoint: "https://annaphotos.blob.core.windows.net" },
    { kind: "keys", access: "annaphotos", secret: "abc==" },
  );
});

test("a Nextcloud's page becomes its address, and a wrong password is told by the test", async () => {
  const { user } = await open("demo", "destination");
  await user.click(by("dest-webdav"));
  await user.type(by("webdav-address"), "http://c.example/apps/files");
  expect(by("webdav-open")).toHaveTextContent("not encrypted");
  await user.type(by("webdav-password"), "wrong");
  expect(screen.getByText("A password needs a user.")).toBeVisible();
  await user.type(by("webdav-user"), "anna");
  await user.click(by("webdav-nextcloud"));
  expect(by("webdav-address")).toHaveValue("http://c.example/remote.php/dav/files/anna/Albumen%20Photos");
  await user.click(by("dest-test"));
  expect(await screen.findByTestId("dest-facts")).toHaveTextContent("refused this user and password");
  expect(by("dest-use")).toBeDisabled();
});

test("a server typed in one go is taken apart, and needs no secret", async () => {
  const { user } = await open("demo", "destination");
  await user.click(by("dest-sftp"));
  await user.type(by("sftp-host"), "anna@nas.local:2222/volume1/photos");
  await user.tab();
  expect(
    [by("sftp-host"), by("sftp-port"), by("sftp-user"), by("sftp-folder")].map((e) => (e as HTMLInputElement).value),
  ).toEqual(["nas.local", "2222", "anna", "/volume1/photos"]);
  expect(screen.getByText("ssh -p 2222 anna@nas.local")).toBeVisible();
  expect(screen.queryByTestId("remember")).toBeNull();
  await testAndUse(user);
  await waitFor(() => expect(by("dest-current")).toHaveTextContent("own ssh"));
});

test("without a keychain a key is remembered under a new passphrase, typed twice", async () => {
  const { ipc, user } = await open("noKeychain", "destination");
  const choose = vi.spyOn(ipc, "chooseDestination");
  await user.click(by("dest-webdav"));
  await user.type(by("webdav-address"), "https://c.example/dav/photos");
  await user.type(by("webdav-user"), "anna");
  await user.type(by("webdav-password"), "pw");
  await user.click(by("dest-test"));
  await waitFor(() => expect(by("dest-use")).toBeEnabled());
  await user.click(within(by("remember")).getByRole("checkbox"));
  expect(by("dest-use")).toBeDisabled();
  await user.type(by("vault-passphrase"), "long enough");
  await user.type(by("vault-passphrase-again"), "long enoug");
  expect(screen.getByText("The two are not the same yet.")).toBeVisible();
  await user.type(by("vault-passphrase-again"), "h");
  await user.click(by("dest-use"));
  await waitFor(() => expect(by("dest-current")).toHaveAttribute("data-secret", "vault"));
  expect(choose).toHaveBeenCalledWith(expect.anything(), { kind: "password", password: "pw" }, true);
});

test("a wrong passphrase is told at its field, and nothing is chosen", async () => {
  const { ipc, user } = await open("locked", "destination");
  await user.click(by("dest-s3"));
  await user.type(by("s3-bucket"), "photos");
  await user.type(by("s3-access-key"), "AK");
  await user.type(by("s3-secret-key"), "SK");
  await user.type(by("vault-passphrase"), "wrong");
  await user.click(by("dest-test"));
  await waitFor(() => expect(by("dest-use")).toBeEnabled());
  await user.click(by("dest-use"));
  expect(await screen.findByText(/does not open the vault/)).toBeVisible();
  expect(ipc.calls).not.toContain("choose_destination");
  await user.clear(by("vault-passphrase"));
  await user.type(by("vault-passphrase"), PASSPHRASE);
  await user.click(by("dest-use"));
  await waitFor(() => expect(by("dest-current")).toHaveAttribute("data-secret", "vault"));
});

test("a locked vault is opened where the destination stands, and locked again", async () => {
  const { user } = await open("locked", "destination");
  expect(by("dest-current")).toHaveTextContent("Not open");
  await user.type(await screen.findByTestId("unlock-passphrase"), "wrong");
  await user.click(by("unlock"));
  expect(await screen.findByText(/does not open the vault/)).toBeVisible();
  await user.clear(by("unlock-passphrase"));
  await user.type(by("unlock-passphrase"), `${PASSPHRASE}{Enter}`);
  await waitFor(() => expect(by("dest-current")).toHaveTextContent("kept under your passphrase"));
  await user.click(by("lock-vault"));
  expect(await screen.findByTestId("unlock-passphrase")).toBeVisible();
});

test("what earlier moves left at a destination is read in, and can be verified then", async () => {
  const { user } = await open("demo", "destination");
  await user.click(by("dest-folder"));
  await user.type(by("dest-path"), "/media/anna/Archive");
  await testAndUse(user);
  await user.click(await screen.findByTestId("read-in"));
  expect(await screen.findByTestId("read-in-done")).toHaveTextContent("21,604 files are known again");
  await user.click(by("step-finish"));
  await waitFor(() => expect(by("verify")).toBeEnabled());
});

test("how reading in ended is not told of another destination", async () => {
  const { user } = await open("demo", "destination");
  const use = async (path: string) => {
    await user.click(by("dest-folder"));
    await user.clear(by("dest-path"));
    await user.type(by("dest-path"), path);
    await testAndUse(user);
    await waitFor(() => expect(by("dest-current")).toHaveTextContent(path));
  };
  await use("/media/anna/Archive");
  await user.click(await screen.findByTestId("read-in"));
  await screen.findByTestId("read-in-done");
  await use("/media/anna/Second");
  expect(await screen.findByTestId("read-in")).toBeEnabled();
  expect(screen.queryByTestId("read-in-done")).toBeNull();
});

test("nothing is offered to be read in where this catalog moved photos itself", async () => {
  await open("verified", "destination");
  expect(by("dest-current")).toBeVisible();
  expect(screen.queryByTestId("read-in")).toBeNull();
});
