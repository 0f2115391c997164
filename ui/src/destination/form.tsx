// The form of a kind of home.
import { AzureForm } from "./azure-form";
import { FolderForm } from "./folder-form";
import type { FormProps } from "./form-card";
import { GcsForm } from "./gcs-form";
import type { Kind } from "./homes";
import { S3Form } from "./s3-form";
import { SftpForm } from "./sftp-form";
import { SignInForm } from "./sign-in-form";
import { WebdavForm } from "./webdav-form";

export function DestinationForm({ kind, ...props }: FormProps & { kind: Kind }) {
  switch (kind) {
    case "folder":
      return <FolderForm {...props} />;
    case "s3":
      return <S3Form {...props} />;
    case "gcs":
      return <GcsForm {...props} />;
    case "azure":
      return <AzureForm {...props} />;
    case "webdav":
      return <WebdavForm {...props} />;
    case "sftp":
      return <SftpForm {...props} />;
    case "drive":
    case "dropbox":
      return <SignInForm provider={kind} {...props} />;
  }
}
