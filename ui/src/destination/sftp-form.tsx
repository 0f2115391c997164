// A folder of a server reached by ssh. There is no password here: the system's own ssh opens it.
import { useState } from "react";
import { Field } from "../shared/ui/field";
import { Notice } from "../shared/ui/notice";
import { folderProblem, portProblem, readServer } from "./addresses";
import { FormCard, type FormProps } from "./form-card";
import { TestAndUse } from "./test-result";
import { useChoice } from "./use-choice";

export function SftpForm({ current, onUsed }: FormProps) {
  const before = current?.spec.kind === "sftp" ? current.spec : null;
  const [spec, setSpec] = useState(
    before ?? { kind: "sftp" as const, host: "", port: 22, user: "", folder: "", key: "" },
  );
  const [port, setPort] = useState(String(spec.port));
  const badPort = portProblem(port);
  const badFolder = folderProblem(spec.folder);
  const choice = useChoice({ ...spec, port: Number(port) || 0 }, null, onUsed);
  const takeApart = () => {
    const server = readServer(spec.host);
    if (!server) return;
    const { port: named, ...rest } = server;
    setSpec({ ...spec, ...rest });
    if (named) setPort(String(named));
  };
  const text = (name: "host" | "user" | "folder" | "key") => ({
    "data-testid": `sftp-${name}`,
    value: spec[name],
    onChange: (e: React.ChangeEvent<HTMLInputElement>) => setSpec({ ...spec, [name]: e.target.value.trimStart() }),
  });
  const login = `${spec.user.trim() || "user"}@${(readServer(spec.host)?.host ?? spec.host.trim()) || "server"}`;
  const command = `ssh ${port !== "22" && !badPort ? `-p ${port} ` : ""}${login}`;
  return (
    <FormCard
      kind="sftp"
      lead="Albumen uses this computer’s own ssh: the keys and the agent that open this server already."
    >
      <div className="grid gap-4 sm:grid-cols-[1fr_7rem_1fr]">
        <Field label="Server" placeholder="nas.local" {...text("host")} onBlur={takeApart} />
        <Field
          label="Port"
          inputMode="numeric"
          data-testid="sftp-port"
          value={port}
          onChange={(e) => setPort(e.target.value.trim())}
          error={badPort}
        />
        <Field label="User" placeholder="anna" {...text("user")} />
        <div className="sm:col-span-3">
          <Field
            label="Folder"
            placeholder="/volume1/photos"
            hint="The full path on the server. Make the folder there first: a disk that is away must not look like an empty one."
            error={badFolder}
            {...text("folder")}
          />
        </div>
        <div className="sm:col-span-3">
          <Field
            label="Key file"
            placeholder="/home/anna/.ssh/id_ed25519"
            hint="Optional: only where ssh needs to be told which key to take."
            {...text("key")}
          />
        </div>
      </div>
      <Notice tone="safe">
        The server’s fingerprint must be known to this computer, so that nobody can stand in for it. If you never
        connected, run <code className="selectable font-mono text-[13px] text-ink">{command}</code> once in a terminal,
        compare the fingerprint, and accept it.
      </Notice>
      <TestAndUse
        choice={choice}
        complete={spec.host.trim() !== "" && spec.user.trim() !== "" && spec.folder !== "" && !badPort && !badFolder}
      />
    </FormCard>
  );
}
