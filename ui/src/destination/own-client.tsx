// A client of one's own at the provider, for builds that have none and for people who trust only theirs.
import { Field } from "../shared/ui/field";
import { Disclosure } from "./disclosure";
import { clientProblem, inSentence, PROVIDERS, type Provider } from "./providers";

export type Client = { id: string; secret: string };
type Props = {
  provider: Provider;
  client: Client;
  onChange: (client: Client) => void;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** This build has no client of its own. */
  needed: boolean;
};

export function OwnClient({ provider, client, onChange, open, onOpenChange, needed }: Props) {
  const { clientId, clientSecret, secretHint, own, console: page, who } = PROVIDERS[provider];
  const problem = clientProblem(provider, client);
  return (
    <Disclosure
      label={`Use your own ${inSentence(clientId)}`}
      open={open}
      onOpenChange={onOpenChange}
      testId={`${provider}-own`}
    >
      <p className="max-w-3xl text-[13px] text-muted" data-testid={`${provider}-own-why`}>
        {needed && `This build of Albumen is not registered with ${who}, so it needs a registration of yours, once. `}
        {own} <span className="selectable wrap-anywhere text-ink">{page}</span>
      </p>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={clientId}
          data-testid={`${provider}-client-id`}
          value={client.id}
          onChange={(e) => onChange({ ...client, id: e.target.value.trim() })}
          error={client.id === "" ? problem : null}
        />
        <Field
          label={clientSecret}
          type="password"
          autoComplete="new-password"
          data-testid={`${provider}-client-secret`}
          value={client.secret}
          onChange={(e) => onChange({ ...client, secret: e.target.value.trim() })}
          hint={secretHint}
          error={client.id === "" ? null : problem}
        />
      </div>
    </Disclosure>
  );
}
