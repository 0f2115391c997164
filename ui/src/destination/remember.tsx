// Whether the secret outlives this session, and the passphrase for it where the system has no keychain.
import { useEffect, useRef } from "react";
import { sentence } from "../shared/format";
import { Checkbox, Field } from "../shared/ui/field";
import { type Keeping, SHORTEST_PASSPHRASE } from "./use-keeping";

/** `what` is remembered, as in "the keys". */
export function Remember({ keeping, what }: { keeping: Keeping; what: string }) {
  const { vault, asking, remember, setRemember, typed, type, problem, refused } = keeping;
  const twice = asking === "twice";
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (refused) field.current?.focus();
  }, [refused]);
  const different = twice && typed.again !== "" && problem !== null && typed.passphrase !== typed.again;
  return (
    <div className="flex flex-col gap-3" data-testid="remember">
      <Checkbox
        checked={remember}
        onChange={setRemember}
        hint={
          vault
            ? `This computer has no keychain that is open. Without a passphrase, ${what} will be asked for again after a restart.`
            : `Otherwise ${what} will be asked for again after a restart.`
        }
      >
        {vault ? `Remember ${what} under a passphrase` : `Remember ${what} in this computer’s keychain`}
      </Checkbox>
      {remember && asking !== "no" && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            ref={field}
            label={twice ? "New passphrase" : "Passphrase"}
            type="password"
            autoComplete={twice ? "new-password" : "current-password"}
            data-testid="vault-passphrase"
            value={typed.passphrase}
            onChange={(e) => type({ passphrase: e.target.value })}
            hint={
              twice
                ? `At least ${SHORTEST_PASSPHRASE} characters. Nobody can look it up for you; if it is lost, you enter ${what} again.`
                : "The one you chose when Albumen first remembered something."
            }
            error={refused && `${sentence(refused.message)} ${sentence(refused.next)}`}
          />
          {twice && (
            <Field
              label="The same again"
              type="password"
              autoComplete="new-password"
              data-testid="vault-passphrase-again"
              value={typed.again}
              onChange={(e) => type({ again: e.target.value })}
              error={different ? problem : null}
            />
          )}
        </div>
      )}
    </div>
  );
}
