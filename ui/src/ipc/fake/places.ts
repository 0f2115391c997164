// The twin's destinations of every kind: their names, and what a test of one says.
import type { DestinationFacts, DestinationInfo, DestinationSpec, Secret } from "../types";

export const FOLDER: DestinationSpec = { kind: "folder", path: "/media/anna/Archive/Photos" };
export const SIGNED_IN: DestinationSpec = { kind: "drive", folder: "Albumen Photos", account: "1084", api: "" };

const below = (place: string, prefix: string) => (prefix ? `${place}/${prefix}` : place);

export function describe(spec: DestinationSpec): Pick<DestinationInfo, "url" | "label"> {
  switch (spec.kind) {
    case "folder":
      return { url: `file://${spec.path}`, label: spec.path };
    case "s3": {
      const at = below(spec.bucket, spec.prefix);
      return { url: `s3://${at}`, label: `${at} on ${spec.endpoint || "Amazon S3"}` };
    }
    case "gcs": {
      const at = below(spec.bucket, spec.prefix);
      return { url: `gcs://${at}`, label: `${at} (Google Cloud)` };
    }
    case "azure": {
      const at = below(spec.container, spec.prefix);
      return { url: `azure://${at}?endpoint=${spec.endpoint}`, label: `${at} (Azure)` };
    }
    case "drive":
      return { url: `gdrive:///${spec.folder}?account=${spec.account}`, label: `${spec.folder} (Google Drive)` };
    case "dropbox":
      return { url: `dropbox:///${spec.folder}?account=${spec.account}`, label: `${spec.folder} (Dropbox)` };
    case "webdav":
      return { url: spec.address.replace("http", "webdav"), label: `${spec.address} (WebDAV)` };
    case "sftp":
      return { url: `sftp://${spec.user}@${spec.host}${spec.folder}`, label: `${spec.host}:${spec.folder} (SFTP)` };
  }
}

/** Names that hold "nope" are not there; the password "wrong" is refused. */
function refusal(spec: DestinationSpec, secret: Secret | null): string | null {
  if (secret?.kind === "password" && secret.password === "wrong") return "The server refused this user and password";
  if (spec.kind === "sftp" && spec.host.includes("unknown"))
    return "This computer has not met the server yet. Run “ssh” once, compare its fingerprint and accept it";
  if (!JSON.stringify(spec).includes("nope")) return null;
  return spec.kind === "folder" || spec.kind === "sftp"
    ? "There is no such folder"
    : "There is none of this name, or it may not be seen with this key";
}

const ROOM: Partial<Record<DestinationSpec["kind"], number>> = {
  folder: 1.8e12,
  drive: 12.4e9,
  dropbox: 1.9e12,
  sftp: 3.1e12,
};

export function fakeFacts(spec: DestinationSpec, secret: Secret | null): DestinationFacts {
  const refused = refusal(spec, secret);
  const ok = refused === null;
  const said = (name: string, detail: string) => ({ name, ok, detail: ok ? detail : "Not tried" });
  const checks = [
    { name: "Can be reached", ok, detail: refused ?? "Answered in 12 ms" },
    said("Writes a test file", "1 KB under a temporary name, 24 MB/s"),
    said("Reads back identical", "SHA-256 matches"),
    said("Never overwrites", "Second write of the same name was refused"),
    said("Can delete", "The test file is gone again"),
  ];
  const next = secret?.kind === "password" && !ok ? "Type the user and the password again." : null;
  return { ok, checks, freeBytes: ok ? (ROOM[spec.kind] ?? null) : null, next };
}
