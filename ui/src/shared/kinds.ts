// The kinds of destinations, in the few words the rail has room for.
import type { DestinationInfo } from "../ipc";

export const KIND_NAME: Record<DestinationInfo["kind"], string> = {
  folder: "Folder",
  s3: "S3 storage",
  gcs: "Google Cloud",
  drive: "Google Drive",
  dropbox: "Dropbox",
  webdav: "WebDAV server",
  sftp: "SFTP server",
  azure: "Azure storage",
};
