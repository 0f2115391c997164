// One card of the Finish screen: an icon, a title, a sentence, an action, and what came of it.
import type { LucideIcon } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Card } from "../shared/ui/card";

export function Section({
  icon: Icon,
  title,
  text,
  action,
  children,
  tone = "accent",
}: {
  icon: LucideIcon;
  title: string;
  text: ReactNode;
  action: ReactNode;
  children?: ReactNode;
  tone?: "accent" | "good" | "quiet";
}) {
  const id = useId();
  const look = { accent: "bg-accent-soft text-accent", good: "bg-good-soft text-good", quiet: "bg-sunken text-muted" }[
    tone
  ];
  return (
    <Card className="p-5" aria-labelledby={id}>
      <div className="flex flex-wrap items-start gap-4">
        <span aria-hidden className={`flex size-11 shrink-0 items-center justify-center rounded-xl ${look}`}>
          <Icon size={22} />
        </span>
        <div className="min-w-0 flex-1 basis-64">
          <h2 id={id} className="text-[15px] font-semibold">
            {title}
          </h2>
          <p className="max-w-2xl text-muted">{text}</p>
        </div>
        {action}
      </div>
      {children && <div className="mt-4 flex flex-col gap-3 empty:hidden">{children}</div>}
    </Card>
  );
}
