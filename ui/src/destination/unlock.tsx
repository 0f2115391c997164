// Opens the vault for a destination whose secret lies in it.
import { useQueryClient } from "@tanstack/react-query";
import { LockKeyhole } from "lucide-react";
import { useState } from "react";
import { useAction } from "../shared/action";
import { sentence } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { keys } from "../shared/queries";
import { Button } from "../shared/ui/button";
import { Field } from "../shared/ui/field";

export function Unlock() {
  const ipc = useIpc();
  const client = useQueryClient();
  const [passphrase, setPassphrase] = useState("");
  const unlock = useAction(async () => {
    const stores = await ipc.openVault(passphrase);
    // The destination first: between the two, an open vault beside a closed destination would ask for a new sign-in.
    await client.invalidateQueries({ queryKey: keys.snapshot });
    client.setQueryData(keys.secretStores, stores);
  });
  return (
    <form
      className="max-w-md"
      onSubmit={(event) => {
        event.preventDefault();
        if (passphrase !== "") void unlock.run();
      }}
    >
      <Field
        label="Passphrase"
        type="password"
        autoComplete="current-password"
        data-testid="unlock-passphrase"
        value={passphrase}
        onChange={(e) => {
          unlock.clear();
          setPassphrase(e.target.value);
        }}
        hint="Opens what Albumen remembers for you."
        error={unlock.error && `${sentence(unlock.error.message)} ${sentence(unlock.error.next)}`}
      >
        <Button
          type="submit"
          data-testid="unlock"
          icon={<LockKeyhole size={16} aria-hidden />}
          disabled={passphrase === ""}
          busy={unlock.busy}
        >
          Unlock
        </Button>
      </Field>
    </form>
  );
}
