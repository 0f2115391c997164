// A bucket at one of the providers that speak S3. The keys typed here go to the shell once and are never read back.
import { useState } from "react";
import { Field } from "../shared/ui/field";
import { Select } from "../shared/ui/select";
import { FormCard, type FormProps, knownSecret } from "./form-card";
import { PRESETS, PROVIDERS, type Provider, providerOf } from "./presets";
import { Remember } from "./remember";
import { TestAndUse } from "./test-result";
import { useChoice } from "./use-choice";
import { useKeeping } from "./use-keeping";

const { aws } = PRESETS;
const BLANK = { endpoint: aws.endpoint?.(aws.region) ?? "", region: aws.region, bucket: "", prefix: "" };

export function S3Form({ current, onUsed }: FormProps) {
  const [spec, setSpec] = useState(current?.spec.kind === "s3" ? current.spec : { kind: "s3" as const, ...BLANK });
  const [provider, setProvider] = useState<Provider>(providerOf(spec.endpoint, spec.region));
  const preset = PRESETS[provider];
  const choose = (id: Provider) => {
    const { endpoint, region } = PRESETS[id];
    setProvider(id);
    setSpec({ ...spec, region, endpoint: endpoint?.(region) ?? "" });
  };
  const setRegion = (region: string) =>
    setSpec({ ...spec, region, endpoint: preset.endpoint?.(region) ?? spec.endpoint });
  const [accessKey, setAccessKey] = useState("");
  const [secretKey, setSecretKey] = useState("");
  const keeping = useKeeping();
  const typed = accessKey !== "" || secretKey !== "";
  const half = typed && (accessKey === "" || secretKey === "");
  const choice = useChoice(
    spec,
    typed ? { kind: "keys", access: accessKey.trim(), secret: secretKey.trim() } : null,
    onUsed,
  );
  const text = (name: keyof typeof BLANK) => ({
    "data-testid": `s3-${name}`,
    value: spec[name],
    onChange: (e: React.ChangeEvent<HTMLInputElement>) => setSpec({ ...spec, [name]: e.target.value.trim() }),
  });
  return (
    <FormCard kind="s3">
      <div className="grid gap-4 sm:grid-cols-2">
        <div className="sm:col-span-2">
          <Select
            label="Provider"
            value={provider}
            options={PROVIDERS.map((id) => ({ value: id, label: PRESETS[id].label }))}
            onChange={choose}
          />
        </div>
        <Field
          label="Region"
          placeholder={preset.region}
          hint={preset.regionHint}
          {...text("region")}
          onChange={(e) => setRegion(e.target.value.trim())}
        />
        <Field
          label="Endpoint"
          placeholder={preset.endpointExample}
          hint={preset.endpointHint}
          readOnly={preset.endpoint !== null}
          {...text("endpoint")}
        />
        <Field label="Bucket" placeholder="my-photos" {...text("bucket")} />
        <Field label="Folder in the bucket" placeholder="library" hint="Optional." {...text("prefix")} />
        <Field
          label="Access key"
          data-testid="s3-access-key"
          value={accessKey}
          onChange={(e) => setAccessKey(e.target.value)}
        />
        <Field
          label="Secret key"
          data-testid="s3-secret-key"
          type="password"
          autoComplete="new-password"
          value={secretKey}
          onChange={(e) => setSecretKey(e.target.value)}
          error={half ? "Both keys are needed, or none." : null}
        />
      </div>
      <p className="-mt-1 text-[13px] text-faint">
        {knownSecret(current, "s3")
          ? "Leave both keys empty to go on using the ones Albumen has."
          : "Leave both keys empty to use the ones from the environment."}
      </p>
      {typed && <Remember keeping={keeping} what="the keys" />}
      <TestAndUse
        choice={choice}
        complete={spec.bucket !== "" && spec.endpoint !== "" && !half}
        keeping={typed ? keeping : null}
      />
    </FormCard>
  );
}
