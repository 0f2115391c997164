// A menu of actions under a button, with the keys of the platform.
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";

export function Menu({ trigger, label, children }: { trigger: ReactNode; label: string; children: ReactNode }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          aria-label={label}
          align="end"
          sideOffset={6}
          collisionPadding={12}
          className="z-40 max-w-[calc(100vw-24px)] min-w-64 animate-pop rounded-xl border border-line bg-surface p-1 shadow-float"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

type ItemProps = {
  icon: ReactNode;
  onSelect: () => void;
  disabled?: boolean;
  children: ReactNode;
  hint?: ReactNode;
  testId?: string;
};

export function MenuItem({ icon, onSelect, disabled, children, hint, testId }: ItemProps) {
  return (
    <DropdownMenu.Item
      data-testid={testId}
      disabled={disabled}
      onSelect={onSelect}
      className="flex items-start gap-2.5 rounded-lg px-3 py-2 outline-none data-disabled:opacity-50 data-highlighted:bg-accent-soft"
    >
      <span className="mt-0.5 text-muted">{icon}</span>
      <span>
        {children}
        {hint && <span className="block text-[13px] text-muted">{hint}</span>}
      </span>
    </DropdownMenu.Item>
  );
}

export function MenuLine() {
  return <DropdownMenu.Separator className="mx-2 my-1 h-px bg-line" />;
}
