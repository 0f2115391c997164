// Dialogs: one look for the plain and the alert kind. Radix keeps the focus inside; it goes back to where it was.
import { X } from "lucide-react";
import { AlertDialog, Dialog as RadixDialog } from "radix-ui";
import type { ReactNode } from "react";
import { FocusBack } from "../use-focus-back";
import { IconButton } from "./button";

const overlay = "fixed inset-0 z-40 bg-black/45";
const panel =
  "fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100vh-2rem)] w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-2xl border border-line bg-surface shadow-float";

type Props = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
  footer?: ReactNode;
  testId?: string;
};

export function Dialog({ open, onOpenChange, title, children, footer, testId }: Props) {
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={overlay} />
        <RadixDialog.Content className={`${panel} max-w-lg`} aria-describedby={undefined} data-testid={testId}>
          <FocusBack />
          <div className="flex items-center justify-between gap-4 px-6 pt-5 pb-3">
            <RadixDialog.Title className="text-lg font-semibold">{title}</RadixDialog.Title>
            <RadixDialog.Close asChild>
              <IconButton label="Close">
                <X size={18} aria-hidden />
              </IconButton>
            </RadixDialog.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-6 pb-6">{children}</div>
          {footer && <div className="flex flex-wrap justify-end gap-2 border-t border-line px-6 py-4">{footer}</div>}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

export function Alert({ open, onOpenChange, title, lead, children, footer, testId }: Props & { lead: ReactNode }) {
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={overlay} />
        <AlertDialog.Content className={`${panel} max-w-2xl`} data-testid={testId}>
          <FocusBack />
          <div className="min-h-0 flex-1 overflow-y-auto px-6 pt-5 pb-5">
            <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
            <AlertDialog.Description className="mt-1 mb-4 text-muted">{lead}</AlertDialog.Description>
            {children}
          </div>
          <div className="flex flex-wrap justify-end gap-2 border-t border-line px-6 py-4">{footer}</div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
export const AlertCancel = AlertDialog.Cancel;
