// What only a few need, folded away until asked for.
import { ChevronRight } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";

type Props = {
  label: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  children: ReactNode;
  testId?: string;
};

export function Disclosure({ label, open, onOpenChange, children, testId }: Props) {
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) shown.current?.scrollIntoView({ block: "nearest" });
  }, [open]);
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        data-testid={testId}
        onClick={() => onOpenChange(!open)}
        className="-ml-1 inline-flex items-center gap-1 rounded-md px-1 py-0.5 text-[13px] text-muted hover:text-ink"
      >
        <ChevronRight size={15} aria-hidden className={`transition-transform ${open ? "rotate-90" : ""}`} />
        {label}
      </button>
      {open && (
        <div ref={shown} className="mt-3 flex scroll-mb-20 flex-col gap-4">
          {children}
        </div>
      )}
    </div>
  );
}
