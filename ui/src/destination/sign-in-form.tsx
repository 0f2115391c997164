// Google Drive and Dropbox: a folder's name, one sign-in in the browser, then test and use like every other home.
import { LogIn } from "lucide-react";
import { useState } from "react";
import { Button } from "../shared/ui/button";
import { ErrorBox } from "../shared/ui/error-box";
import { Field } from "../shared/ui/field";
import { Notice } from "../shared/ui/notice";
import { Account } from "./account";
import { FormCard, type FormProps, knownSecret } from "./form-card";
import { OwnClient } from "./own-client";
import { FOLDER_NAME, PROVIDERS, type Provider } from "./providers";
import { Remember } from "./remember";
import { RoomNotice } from "./room";
import { TestAndUse } from "./test-result";
import { useChoice } from "./use-choice";
import { useKeeping } from "./use-keeping";
import { useSignIn } from "./use-sign-in";
import { Waiting } from "./waiting";

export function SignInForm({ provider, current, onUsed }: FormProps & { provider: Provider }) {
  const words = PROVIDERS[provider];
  const before = current?.spec.kind === provider ? current.spec : null;
  const [folder, setFolder] = useState(before?.folder ?? FOLDER_NAME);
  const [client, setClient] = useState({ id: "", secret: "" });
  const [showClient, setShowClient] = useState(false);
  // The account in force serves until the person wants another.
  const [known, setKnown] = useState(knownSecret(current, provider) ? before : null);
  const { signed, forget, begin, waiting, link, cancel, error } = useSignIn();
  const keeping = useKeeping();
  const blank = { kind: provider, folder: folder.trim(), account: "", api: before?.api ?? "" };
  const open = signed?.spec ?? known;
  const choice = useChoice(open ? ({ ...open, folder: folder.trim() } as typeof blank) : blank, null, onUsed);
  const needsClient = error?.code === "client_missing";
  const named = folder.trim() !== "" || provider === "dropbox";
  const another = () => {
    forget();
    setKnown(null);
  };
  return (
    <FormCard
      kind={provider}
      lead={`You sign in at ${words.who}, in your own browser. Albumen never sees your password.`}
    >
      <Field
        label="Folder"
        data-testid={`${provider}-folder`}
        value={folder}
        disabled={waiting}
        onChange={(e) => setFolder(e.target.value)}
        hint={`Albumen makes this folder in your ${words.home} and works in no other.`}
        error={named ? null : "The folder needs a name."}
      />
      {open && (
        <>
          <Account
            name={signed?.name ?? null}
            freeBytes={signed?.freeBytes ?? null}
            home={words.home}
            onAnother={another}
            testId={provider}
          />
          {signed?.freeBytes != null && !choice.facts && <RoomNotice free={signed.freeBytes} />}
        </>
      )}
      {waiting && <Waiting who={words.who} link={link} onCancel={cancel} testId={provider} />}
      {!open && !waiting && (
        <>
          {error && <ErrorBox error={error} />}
          <Notice tone="safe" data-testid={`${provider}-sees`}>
            <span className="text-ink">{words.sees}</span> {words.back}
          </Notice>
          <OwnClient
            provider={provider}
            client={client}
            onChange={setClient}
            open={showClient || needsClient}
            onOpenChange={setShowClient}
            needed={needsClient}
          />
          <div className="flex justify-end">
            <Button
              variant="primary"
              size="lg"
              data-testid={`${provider}-sign-in`}
              icon={<LogIn size={18} aria-hidden />}
              disabled={!named || (client.id === "" && client.secret !== "") || (needsClient && client.id === "")}
              onClick={() => void begin(blank as typeof blank & { kind: "drive" }, client.id, client.secret)}
            >
              Sign in with {words.who}
            </Button>
          </div>
        </>
      )}
      {open && (
        <>
          {signed && <Remember keeping={keeping} what="your sign-in" />}
          <TestAndUse choice={choice} complete={named} keeping={signed && keeping} />
        </>
      )}
    </FormCard>
  );
}
