// A panel that hangs on its button: settings that are tried while the screen behind stays in sight.
import { Popover as RadixPopover } from "radix-ui";
import type { ReactNode } from "react";

type Props = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  label: string;
  trigger: ReactNode;
  children: ReactNode;
  testId?: string;
  className?: string;
};

export function Popover({ open, onOpenChange, label, trigger, children, testId, className = "w-96" }: Props) {
  return (
    <RadixPopover.Root open={open} onOpenChange={onOpenChange}>
      <RadixPopover.Trigger asChild>{trigger}</RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content
          aria-label={label}
          data-testid={testId}
          align="end"
          sideOffset={6}
          collisionPadding={12}
          className={`z-40 max-h-(--radix-popover-content-available-height) max-w-[calc(100vw-24px)] animate-pop overflow-y-auto rounded-xl border border-line bg-surface p-4 shadow-float outline-none ${className}`}
        >
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}
