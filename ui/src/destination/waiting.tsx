// While the browser has the person: what to do there, and what to do when it did not open.
import { Copy, LoaderCircle } from "lucide-react";
import { useRef } from "react";
import { toast } from "sonner";
import { Button } from "../shared/ui/button";
import { Field } from "../shared/ui/field";

type Props = { who: string; link: string | null; onCancel: () => void; testId: string };

export function Waiting({ who, link, onCancel, testId }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(link ?? "");
      toast.success("Address copied");
    } catch {
      toast.info("The address is selected: copy it with the keyboard");
    }
  };
  return (
    <div data-testid={`${testId}-waiting`} className="rounded-xl border border-accent/40 bg-accent-soft p-4">
      <div className="flex flex-wrap items-center gap-3">
        <LoaderCircle size={20} className="shrink-0 animate-spin text-accent" aria-hidden />
        <div role="status" className="min-w-0 flex-1 basis-60">
          <p className="font-medium">Your browser opened</p>
          <p className="text-[13px] text-muted">
            Sign in to {who} there and allow access, then come back here. Nothing is copied yet.
          </p>
        </div>
        <Button data-testid={`${testId}-cancel`} onClick={onCancel}>
          Cancel
        </Button>
      </div>
      {link && (
        <div className="mt-4">
          <Field
            ref={field}
            label="No page opened? Open this address in a browser on this computer"
            readOnly
            data-testid={`${testId}-link`}
            value={link}
            onFocus={(e) => e.target.select()}
          >
            <Button data-testid={`${testId}-copy`} icon={<Copy size={16} aria-hidden />} onClick={() => void copy()}>
              Copy
            </Button>
          </Field>
        </div>
      )}
    </div>
  );
}
