// Every home a library can have, grouped by what people recognise.
import { Boxes, Cloud, CloudCog, Container, FolderSync, Globe, HardDrive, type LucideIcon, Server } from "lucide-react";
import type { DestinationInfo } from "../ipc";

export type Kind = DestinationInfo["kind"];
export type Home = { kind: Kind; title: string; text: string; icon: LucideIcon };

export const GROUPS: { title: string; homes: Home[] }[] = [
  {
    title: "Cloud drives",
    homes: [
      {
        kind: "drive",
        title: "Google Drive",
        text: "The space of your Google account. You sign in with your browser.",
        icon: Cloud,
      },
      {
        kind: "dropbox",
        title: "Dropbox",
        text: "The space of your Dropbox account. You sign in with your browser.",
        icon: FolderSync,
      },
    ],
  },
  {
    title: "Your own",
    homes: [
      {
        kind: "folder",
        title: "Folder on a disk",
        text: "An internal or external disk, or a network folder that is mounted.",
        icon: HardDrive,
      },
      {
        kind: "sftp",
        title: "Server or NAS (SFTP)",
        text: "A machine that you reach by ssh, such as a NAS at home.",
        icon: Server,
      },
      {
        kind: "webdav",
        title: "Nextcloud or WebDAV",
        text: "Nextcloud, ownCloud, and other servers with a WebDAV address.",
        icon: Globe,
      },
    ],
  },
  {
    title: "Cloud storage",
    homes: [
      {
        kind: "s3",
        title: "S3-compatible storage",
        text: "Amazon S3, and everything that speaks S3: MinIO, Backblaze B2, Wasabi, R2 and more.",
        icon: Boxes,
      },
      {
        kind: "gcs",
        title: "Google Cloud Storage",
        text: "A bucket in a Google Cloud project, opened by a service account.",
        icon: CloudCog,
      },
      {
        kind: "azure",
        title: "Azure Blob Storage",
        text: "A container in a storage account at Microsoft Azure.",
        icon: Container,
      },
    ],
  },
];

const HOMES = GROUPS.flatMap((group) => group.homes);

export const homeOf = (kind: Kind): Home => HOMES.find((home) => home.kind === kind) as Home;
