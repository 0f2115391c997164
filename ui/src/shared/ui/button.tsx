// Buttons: one primary a screen, secondary for the rest, danger only where something is removed.
import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

type Variant = "primary" | "secondary" | "ghost" | "danger";
const LOOK: Record<Variant, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong border-transparent font-medium",
  secondary: "bg-surface text-ink border-edge hover:bg-sunken",
  ghost: "bg-transparent text-muted border-transparent hover:bg-sunken hover:text-ink",
  danger: "bg-bad text-on-bad border-transparent hover:brightness-95 font-medium",
};
const SIZE = { sm: "h-7 px-2.5 text-[13px] gap-1.5", md: "h-9 px-3.5 gap-2", lg: "h-11 px-5 text-[15px] gap-2.5" };

export type ButtonProps = ComponentProps<"button"> & {
  variant?: Variant;
  size?: keyof typeof SIZE;
  icon?: ReactNode;
  busy?: boolean;
};

export function Button({
  variant = "secondary",
  size = "md",
  icon,
  busy,
  className = "",
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={`inline-flex shrink-0 items-center justify-center rounded-lg border whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-50 ${LOOK[variant]} ${SIZE[size]} ${className}`}
      {...rest}
    >
      {busy ? <LoaderCircle size={16} className="animate-spin" aria-hidden /> : icon}
      {children}
    </button>
  );
}

export function IconButton({ label, className = "", ...rest }: ComponentProps<"button"> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex size-8 shrink-0 items-center justify-center rounded-lg text-muted transition-colors hover:bg-sunken hover:text-ink disabled:cursor-not-allowed disabled:opacity-40 ${className}`}
      {...rest}
    />
  );
}
