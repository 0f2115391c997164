// A bucket of Google Cloud Storage, opened by a service account.
import { useState } from "react";
import { Field } from "../shared/ui/field";
import { Disclosure } from "./disclosure";
import { FormCard, type FormProps, knownHint } from "./form-card";
import { readKeyFile } from "./key-file";
import { KeyFileField } from "./key-file-field";
import { Remember } from "./remember";
import { TestAndUse } from "./test-result";
import { useChoice } from "./use-choice";
import { useKeeping } from "./use-keeping";

const BLANK = { kind: "gcs" as const, bucket: "", prefix: "", endpoint: "" };
const GOOGLE = "https://storage.googleapis.com";

export function GcsForm({ current, onUsed }: FormProps) {
  const [spec, setSpec] = useState(current?.spec.kind === "gcs" ? current.spec : BLANK);
  const [json, setJson] = useState("");
  const elsewhere = spec.endpoint !== "" && spec.endpoint !== GOOGLE;
  const [other, setOther] = useState(elsewhere);
  const keeping = useKeeping();
  const key = readKeyFile(json);
  const wrong = key !== null && "problem" in key;
  const secret = key && !wrong ? { kind: "serviceAccount" as const, json } : null;
  const choice = useChoice(spec, secret, onUsed);
  const text = (name: "bucket" | "prefix" | "endpoint") => ({
    "data-testid": `gcs-${name}`,
    value: spec[name],
    onChange: (e: React.ChangeEvent<HTMLInputElement>) => setSpec({ ...spec, [name]: e.target.value.trim() }),
  });
  return (
    <FormCard
      kind="gcs"
      lead="The service account needs the role “Storage Object Admin” on this bucket, and nothing else."
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Bucket" placeholder="my-photos" {...text("bucket")} />
        <Field label="Folder in the bucket" placeholder="library" hint="Optional." {...text("prefix")} />
      </div>
      <KeyFileField text={json} onText={setJson} knownHint={knownHint(current, "gcs")} />
      <Disclosure label="Another address" open={other} onOpenChange={setOther} testId="gcs-other">
        <Field label="Address" placeholder={GOOGLE} hint="Empty for Google’s own." {...text("endpoint")} />
      </Disclosure>
      {secret && <Remember keeping={keeping} what="the key" />}
      <TestAndUse choice={choice} complete={spec.bucket !== "" && !wrong} keeping={secret && keeping} />
    </FormCard>
  );
}
