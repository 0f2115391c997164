// One destination in a line: what it is, whether it is open, and what can be done with it.
import type { ReactNode } from "react";
import type { DestinationInfo } from "../ipc";
import { Badge } from "../shared/ui/badge";
import { homeOf } from "./homes";

type Props = {
  destination: DestinationInfo;
  /** What it is to the library, while it is open. */
  as: string;
  /** Behind its kind. */
  says: ReactNode;
  /** Buttons. */
  children?: ReactNode;
};

export function DestinationLine({ destination: d, as, says, children }: Props) {
  const { title, icon: Icon } = homeOf(d.kind);
  const missing = d.secret === "missing";
  return (
    <div className="flex flex-wrap items-center gap-4">
      <span
        aria-hidden
        className={`flex size-11 shrink-0 items-center justify-center rounded-xl ${missing ? "bg-warn-soft text-warn" : "bg-good-soft text-good"}`}
      >
        <Icon size={22} />
      </span>
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex items-center gap-2">
          <span className="selectable truncate font-semibold" title={d.url}>
            {d.label}
          </span>
          <Badge tone={missing ? "warn" : "good"}>{missing ? "Not open" : as}</Badge>
        </p>
        <p className="text-[13px] text-muted">
          {title}
          {says && <> · {says}</>}
        </p>
      </div>
      {children}
    </div>
  );
}
