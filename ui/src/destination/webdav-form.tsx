// A folder of a server that speaks WebDAV; Nextcloud's address is made for who has only its page.
import { useState } from "react";
import { Button } from "../shared/ui/button";
import { Field } from "../shared/ui/field";
import { Notice } from "../shared/ui/notice";
import { isOpen, nextcloudAddress, webdavProblem } from "./addresses";
import { FormCard, type FormProps, knownHint } from "./form-card";
import { Remember } from "./remember";
import { TestAndUse } from "./test-result";
import { useChoice } from "./use-choice";
import { useKeeping } from "./use-keeping";

export function WebdavForm({ current, onUsed }: FormProps) {
  const before = current?.spec.kind === "webdav" ? current.spec : null;
  const [address, setAddress] = useState(before?.address ?? "");
  const [user, setUser] = useState(before?.user ?? "");
  const [password, setPassword] = useState("");
  const keeping = useKeeping();
  const secret = password !== "" ? { kind: "password" as const, password } : null;
  const choice = useChoice({ kind: "webdav", address, user }, secret, onUsed);
  const wrong = webdavProblem(address);
  const nobody = secret !== null && user === "";
  const nextcloud = nextcloudAddress(address, user);
  return (
    <FormCard
      kind="webdav"
      lead="Nextcloud: make an app password for Albumen under Settings, Security. You can take it back there at any time."
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <div className="sm:col-span-2">
          <Field
            label="Address"
            inputMode="url"
            placeholder="https://cloud.example.com/remote.php/dav/files/anna/Photos"
            data-testid="webdav-address"
            value={address}
            onChange={(e) => setAddress(e.target.value.trim())}
            hint="Of a folder that you made there. Nextcloud shows the address under Files, File settings, WebDAV; add the folder’s name."
            error={wrong}
          />
        </div>
        <Field
          label="User"
          data-testid="webdav-user"
          value={user}
          onChange={(e) => setUser(e.target.value.trim())}
          error={nobody ? "A password needs a user." : null}
        />
        <Field
          label="Password"
          type="password"
          autoComplete="new-password"
          data-testid="webdav-password"
          value={password}
          onChange={(e) => setPassword(e.target.value)}
          hint={user === "" ? "Leave both empty where the server asks for neither." : knownHint(current, "webdav")}
        />
      </div>
      {nextcloud && !choice.facts?.ok && (
        <Notice
          tone="info"
          action={
            <Button size="sm" data-testid="webdav-nextcloud" onClick={() => setAddress(nextcloud)}>
              Use this address
            </Button>
          }
        >
          Is this a Nextcloud? Then its address for files is{" "}
          <span className="selectable wrap-anywhere text-ink">{nextcloud}</span>
        </Notice>
      )}
      {isOpen(address) && (
        <Notice tone="warn" data-testid="webdav-open">
          http:// is not encrypted: password and photos can be read on their way. Only in a network of your own.
        </Notice>
      )}
      {secret && <Remember keeping={keeping} what="the password" />}
      <TestAndUse choice={choice} complete={address !== "" && wrong === null && !nobody} keeping={secret && keeping} />
    </FormCard>
  );
}
