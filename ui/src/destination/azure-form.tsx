// A container in a storage account at Azure. Whoever pastes the connection string has everything filled in.
import { useState } from "react";
import { Field } from "../shared/ui/field";
import { accountProblem, azureAccount, azureEndpoint, readConnectionString } from "./azure";
import { Disclosure } from "./disclosure";
import { FormCard, type FormProps, knownHint } from "./form-card";
import { Remember } from "./remember";
import { TestAndUse } from "./test-result";
import { useChoice } from "./use-choice";
import { useKeeping } from "./use-keeping";

const BLANK = { kind: "azure" as const, container: "", prefix: "", endpoint: "" };

export function AzureForm({ current, onUsed }: FormProps) {
  const [spec, setSpec] = useState(current?.spec.kind === "azure" ? current.spec : BLANK);
  const [account, setAccount] = useState(azureAccount(spec.endpoint));
  const [key, setKey] = useState("");
  const [other, setOther] = useState(spec.endpoint !== "" && account === "");
  const keeping = useKeeping();
  const secret = key !== "" ? { kind: "keys" as const, access: account, secret: key } : null;
  const choice = useChoice(spec, secret, onUsed);
  const setEndpoint = (endpoint: string) => setSpec({ ...spec, endpoint });
  const nameAccount = (next: string) => {
    const follows = spec.endpoint === "" || spec.endpoint === azureEndpoint(account);
    setAccount(next);
    if (follows) setEndpoint(azureEndpoint(next));
  };
  /** True when the text was a connection string. */
  const takeAll = (text: string): boolean => {
    const all = readConnectionString(text);
    if (!all) return false;
    setAccount(all.account);
    setKey(all.key);
    setEndpoint(all.endpoint);
    setOther(all.endpoint !== azureEndpoint(all.account));
    return true;
  };
  const wrong = accountProblem(account);
  const text = (name: "container" | "prefix") => ({
    "data-testid": `azure-${name}`,
    value: spec[name],
    onChange: (e: React.ChangeEvent<HTMLInputElement>) => setSpec({ ...spec, [name]: e.target.value.trim() }),
  });
  return (
    <FormCard
      kind="azure"
      lead="Account and key are in the Azure portal: your storage account, Security + networking, Access keys."
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Storage account"
          placeholder="myphotos"
          data-testid="azure-account"
          value={account}
          onChange={(e) => takeAll(e.target.value) || nameAccount(e.target.value.trim())}
          hint="Or paste the whole connection string here."
          error={wrong}
        />
        <Field
          label="Account key"
          type="password"
          autoComplete="new-password"
          data-testid="azure-key"
          value={key}
          onChange={(e) => takeAll(e.target.value) || setKey(e.target.value.trim())}
          hint={knownHint(current, "azure")}
        />
        <Field label="Container" placeholder="photos" {...text("container")} />
        <Field label="Folder in the container" placeholder="library" hint="Optional." {...text("prefix")} />
      </div>
      <Disclosure label="Another address" open={other} onOpenChange={setOther} testId="azure-other">
        <Field
          label="Address"
          data-testid="azure-endpoint"
          value={spec.endpoint}
          onChange={(e) => setEndpoint(e.target.value.trim())}
          hint="Follows the account, unless yours is in a cloud of its own."
        />
      </Disclosure>
      {secret && <Remember keeping={keeping} what="the key" />}
      <TestAndUse
        choice={choice}
        complete={spec.container !== "" && spec.endpoint !== "" && wrong === null && !(secret && account === "")}
        keeping={secret && keeping}
      />
    </FormCard>
  );
}
