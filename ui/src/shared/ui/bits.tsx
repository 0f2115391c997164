// Small pieces without a story of their own: skeletons, key caps, paths that keep their end visible, empty states.
import type { ReactNode } from "react";
import { splitPath } from "../format";

export function Skeleton({ className = "" }: { className?: string }) {
  return <div aria-hidden className={`animate-pulse rounded-md bg-line/70 ${className}`} />;
}

export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-5.5 min-w-5.5 items-center justify-center rounded border border-edge bg-sunken px-1.5 font-sans text-xs text-ink">
      {children}
    </kbd>
  );
}

/** A path on one line: the folder gives way first, the name stays. */
export function PathText({ path, className = "" }: { path: string; className?: string }) {
  const [folder, name] = splitPath(path);
  return (
    <span className={`flex min-w-0 ${className}`} title={path}>
      <span className="min-w-0 shrink-[9999] truncate text-muted">{folder}</span>
      <span className="min-w-0 truncate">{name}</span>
    </span>
  );
}

/** A sentence of the engine's: what stands in backticks there is shown as code. */
export function Sentence({ text }: { text: string }) {
  return text.split("`").map((part, at) =>
    at % 2 === 0 ? (
      part
    ) : (
      <code key={at} className="selectable font-mono text-[0.93em] text-ink">
        {part}
      </code>
    ),
  );
}

export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center justify-center rounded-xl border border-dashed border-edge px-6 py-14 text-center">
      <div className="mb-3 text-faint">{icon}</div>
      <h2 className="text-[17px] font-semibold">{title}</h2>
      {children && <div className="mt-1 max-w-md text-muted">{children}</div>}
      {action && <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
