// A calm line with an icon: reassurance, a hint, a warning, or a success.
import { CircleCheck, Info, ShieldCheck, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

const LOOK = {
  info: { icon: Info, box: "bg-sunken border-line text-muted", mark: "text-muted" },
  safe: { icon: ShieldCheck, box: "bg-sunken border-line text-muted", mark: "text-accent" },
  good: { icon: CircleCheck, box: "bg-good-soft border-good/25 text-ink", mark: "text-good" },
  warn: { icon: TriangleAlert, box: "bg-warn-soft border-warn/30 text-ink", mark: "text-warn" },
};

export function Notice({
  tone = "info",
  children,
  action,
  ...rest
}: {
  tone?: keyof typeof LOOK;
  children: ReactNode;
  action?: ReactNode;
  "data-testid"?: string;
}) {
  const { icon: Icon, box, mark } = LOOK[tone];
  return (
    <div className={`flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border px-3.5 py-2.5 ${box}`} {...rest}>
      <Icon size={18} className={`shrink-0 ${mark}`} aria-hidden />
      <div className="min-w-0 flex-1 basis-60">{children}</div>
      {action}
    </div>
  );
}
