// With two homes: how far each is, and what keeps one of them back.
import type { Home } from "../ipc";
import { bytes, count, dateTime, plural } from "../shared/format";
import { useHomes } from "../shared/homes";
import { Badge } from "../shared/ui/badge";
import { Button } from "../shared/ui/button";
import { Card, CardTitle } from "../shared/ui/card";
import { ErrorBox } from "../shared/ui/error-box";
import { Progress } from "../shared/ui/progress";

const behindWords = ({ behind, behindSince }: Home): string =>
  `${plural(behind.files, "file")}, ${bytes(behind.bytes)} behind${behindSince ? `, since ${dateTime(behindSince)}` : ""}`;

function Row({ home }: { home: Home }) {
  const { destination, wanted, there, proven, behind, trouble } = home;
  return (
    <li data-testid="home" data-behind={behind.files} data-there={there.files} data-proven={proven.files}>
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="selectable min-w-0 flex-1 basis-72 truncate font-medium" title={destination.url}>
          {destination.label}
        </span>
        {behind.files === 0 ? <Badge tone="good">Has everything</Badge> : <span>{behindWords(home)}</span>}
      </p>
      <div className="my-2">
        <Progress
          label={`Arrived at ${destination.label}`}
          done={wanted.bytes > 0 ? there.bytes : 1}
          total={wanted.bytes > 0 ? wanted.bytes : 1}
          tone={behind.files === 0 ? "good" : "accent"}
        />
      </div>
      <p className="text-[13px] text-muted">
        {count(there.files)} of {plural(wanted.files, "file")} there, {count(proven.files)} proven
      </p>
      {trouble && (
        <div className="mt-3">
          <ErrorBox error={trouble}>
            <p className="text-[13px] text-muted">While it is kept in step, it is tried again by itself.</p>
          </ErrorBox>
        </div>
      )}
    </li>
  );
}

/** `send` sends what is missing anywhere, where that can be done now. */
export function HomesCard({ send, busy }: { send: (() => void) | null; busy: boolean }) {
  const homes = useHomes().data ?? [];
  if (homes.length < 2) return null;
  return (
    <Card className="p-5" data-testid="homes" aria-label="Two homes">
      <CardTitle
        aside={
          send &&
          homes.some((home) => home.behind.files > 0) && (
            <Button size="sm" data-testid="send-missing" busy={busy} onClick={send}>
              Send what is missing
            </Button>
          )
        }
      >
        Two homes
      </CardTitle>
      <p className="-mt-2 mb-4 text-[13px] text-muted">
        Everything goes to both. Where one is away, the other goes on, and that one catches up by itself.
      </p>
      <ul className="flex flex-col gap-5">
        {homes.map((home) => (
          <Row key={home.destination.id} home={home} />
        ))}
      </ul>
    </Card>
  );
}
