// The key file of a service account: chosen or pasted, then shown by whose it is and never by its key.
import { FileKey, KeyRound } from "lucide-react";
import { useId, useRef, useState } from "react";
import { useAction } from "../shared/action";
import { Button } from "../shared/ui/button";
import { inputLook } from "../shared/ui/field";
import { readKeyFile } from "./key-file";

type Props = { text: string; onText: (text: string) => void; knownHint?: string };

export function KeyFileField({ text, onText, knownHint = "" }: Props) {
  const picker = useRef<HTMLInputElement>(null);
  const id = useId();
  const [pasting, setPasting] = useState(false);
  const take = useAction(async (file: File) => onText(await file.text()));
  const key = readKeyFile(text);
  const problem = key && "problem" in key ? key.problem : (take.error?.message ?? null);
  return (
    <div role="group" aria-labelledby={`${id}-label`} className="min-w-0">
      <p id={`${id}-label`} className="mb-1 text-[13px] font-medium">
        Key file of the service account
      </p>
      <input
        ref={picker}
        type="file"
        accept=".json,application/json"
        aria-label="Key file"
        tabIndex={-1}
        className="sr-only"
        data-testid="gcs-key-file"
        onChange={(e) => {
          const file = e.target.files?.[0];
          if (file) void take.run(file);
          e.target.value = "";
        }}
      />
      {key && !problem && "email" in key ? (
        <div className="flex flex-wrap items-center gap-3 rounded-lg border border-line px-3.5 py-2.5">
          <KeyRound size={18} className="shrink-0 text-good" aria-hidden />
          <p data-testid="gcs-key-of" className="selectable min-w-0 flex-1 basis-60 break-words">
            {key.email}
            {key.project && <span className="text-muted"> · project {key.project}</span>}
          </p>
          <Button size="sm" data-testid="gcs-key-other" onClick={() => onText("")}>
            Another key
          </Button>
        </div>
      ) : (
        <>
          <div className="flex flex-wrap gap-2">
            <Button
              data-testid="gcs-key-choose"
              icon={<FileKey size={16} aria-hidden />}
              onClick={() => picker.current?.click()}
            >
              Choose the file…
            </Button>
            {!pasting && (
              <Button variant="ghost" data-testid="gcs-key-paste" onClick={() => setPasting(true)}>
                Paste its text
              </Button>
            )}
          </div>
          {pasting && (
            <textarea
              data-testid="gcs-key-text"
              aria-label="Text of the key file"
              aria-describedby={`${id}-hint`}
              aria-invalid={problem ? true : undefined}
              rows={4}
              spellCheck={false}
              autoComplete="off"
              placeholder={'{ "type": "service_account", … }'}
              value={text}
              onChange={(e) => onText(e.target.value)}
              className={`${inputLook} mt-2 h-auto! resize-y py-2 font-mono text-[13px]`}
            />
          )}
        </>
      )}
      <p
        id={`${id}-hint`}
        role={problem ? "alert" : undefined}
        className={`mt-1 text-[13px] ${problem ? "text-bad" : "text-faint"}`}
      >
        {problem ??
          (text === ""
            ? `Google Cloud console: IAM & Admin, Service accounts, Keys, Add key, JSON. ${knownHint}`
            : "Albumen sends the key nowhere; it only signs requests with it.")}
      </p>
    </div>
  );
}
