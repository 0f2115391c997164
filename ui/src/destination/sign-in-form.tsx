// Google Drive and Dropbox: a folder's name, one sign-in in the browser, then test and use like every other home.
import { LogIn } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "../shared/ui/button";
import { ErrorBox } from "../shared/ui/error-box";
import { Field } from "../shared/ui/field";
import { Notice } from "../shared/ui/notice";
import { Account } from "./account";
import { FormCard, type FormProps, knownSecret } from "./form-card";
import { OwnClient } from "./own-client";
import { accountSpec, clientProblem, FOLDER_NAME, isAccountSpec, PROVIDERS, type Provider } from "./providers";
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
  // The account in force serves until the person wants another. One that has to sign in again must be the same.
  const [another, setAnother] = useState(false);
  const { signed, forget, begin, waiting, link, cancel, givenUp, error } = useSignIn();
  const held = another || !knownSecret(current, provider) ? null : before;
  const fresh = signed && isAccountSpec(signed.spec) ? signed.spec : null;
  const expected = fresh?.account ?? (another ? "" : (before?.account ?? ""));
  const account = (fresh ?? held)?.account ?? null;
  const keeping = useKeeping();
  const at = (whose: string) => accountSpec(provider, folder, whose, before?.api ?? "");
  const choice = useChoice(at(account ?? ""), null, onUsed);
  const signIn = (whose: string) => void begin(at(whose), client.id, client.secret);
  const needsClient = error?.code === "client_missing";
  // The answer appears below what was filled in: it is brought into sight.
  const said = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error) said.current?.scrollIntoView({ block: error.code === "client_missing" ? "start" : "nearest" });
  }, [error]);
  const named = folder.trim() !== "" || provider === "dropbox";
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
      {account !== null && (
        <>
          <Account
            name={signed?.name ?? null}
            freeBytes={signed?.freeBytes ?? null}
            home={words.home}
            onAnother={() => {
              forget();
              setAnother(true);
            }}
            testId={provider}
          />
          {signed?.freeBytes != null && !choice.facts && <RoomNotice free={signed.freeBytes} />}
        </>
      )}
      {waiting && <Waiting who={words.who} link={link} onCancel={cancel} testId={provider} />}
      {account === null && !waiting && (
        <>
          <Notice tone="safe" data-testid={`${provider}-sees`}>
            <span className="text-ink">{words.sees}</span> {words.back}
          </Notice>
          {givenUp && (
            <div role="status">
              <Notice data-testid={`${provider}-given-up`}>
                You cancelled the sign-in. Nothing was changed, and the page in your browser can be closed.
              </Notice>
            </div>
          )}
          {error && (
            <div ref={said} className="scroll-my-6">
              <ErrorBox error={error}>
                {error.code === "wrong_account" && (
                  <Button
                    data-testid={`${provider}-other-account`}
                    onClick={() => {
                      setAnother(true);
                      signIn("");
                    }}
                  >
                    Sign in with another account
                  </Button>
                )}
              </ErrorBox>
            </div>
          )}
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
              type="submit"
              data-testid={`${provider}-sign-in`}
              icon={<LogIn size={18} aria-hidden />}
              disabled={!named || clientProblem(provider, client) !== null || (needsClient && client.id === "")}
              onClick={() => signIn(expected)}
            >
              Sign in with {words.who}
            </Button>
          </div>
        </>
      )}
      {account !== null && (
        <>
          {signed && <Remember keeping={keeping} what="your sign-in" />}
          <TestAndUse choice={choice} complete={named} keeping={signed && keeping} />
        </>
      )}
    </FormCard>
  );
}
