// The frame of a step's screen: a heading that takes the focus on a step change, a lead, and the scrolling body.
import { type ReactNode, useEffect, useRef } from "react";
import type { Step } from "../../ipc";

type Props = { step: Step; title: string; lead?: ReactNode; actions?: ReactNode; children: ReactNode; fill?: boolean };

export function Screen({ step, title, lead, actions, children, fill }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    // What is placed freely in it scrolls with it; else the page's frame would be made larger and scroll away.
    <div
      data-testid={`screen-${step}`}
      className={`relative flex h-full min-h-0 flex-col ${fill ? "" : "overflow-y-auto"}`}
    >
      <div
        className={`mx-auto flex w-full max-w-6xl flex-col px-5 pt-5 lg:px-8 lg:pt-7 ${fill ? "min-h-0 flex-1" : "pb-5 lg:pb-7"}`}
      >
        <header className="mb-5">
          <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-6 gap-y-3">
            <h1 ref={heading} tabIndex={-1} className="min-w-0 text-[22px] leading-tight font-semibold tracking-tight">
              {title}
            </h1>
            {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
          </div>
          {lead && <p className="mt-1.5 max-w-3xl text-muted">{lead}</p>}
        </header>
        {children}
      </div>
    </div>
  );
}
