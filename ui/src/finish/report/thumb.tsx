// The small picture of a file by its number, or a sign that it has none.
import { FileText } from "lucide-react";
import { useState } from "react";
import { useIpc } from "../../shared/ipc";

const WITHOUT_PICTURE = ["sidecar", "other"];

type Props = { file: number; kind: string; className?: string };

export function Thumb({ file, kind, className = "size-12" }: Props) {
  const ipc = useIpc();
  const [broken, setBroken] = useState(false);
  if (broken || WITHOUT_PICTURE.includes(kind))
    return (
      <span
        aria-hidden
        className={`flex shrink-0 items-center justify-center rounded-md bg-sunken text-faint ${className}`}
      >
        <FileText size={20} />
      </span>
    );
  return (
    <img
      src={ipc.thumbUrl(file)}
      alt=""
      decoding="async"
      draggable={false}
      onError={() => setBroken(true)}
      className={`shrink-0 rounded-md bg-sunken object-cover ${className}`}
    />
  );
}
