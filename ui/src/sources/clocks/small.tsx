// One photo of a camera, small.
import { ImageOff } from "lucide-react";
import type { ClockPhoto } from "../../ipc";
import { useIpc } from "../../shared/ipc";

export function Small({ photo, className }: { photo: ClockPhoto; className: string }) {
  const ipc = useIpc();
  if (!photo.hasThumb)
    return (
      <span
        aria-hidden
        className={`flex shrink-0 items-center justify-center rounded-md bg-sunken text-faint ${className}`}
      >
        <ImageOff size={16} />
      </span>
    );
  return (
    <img
      src={ipc.thumbUrl(photo.fileId)}
      alt=""
      decoding="async"
      draggable={false}
      className={`shrink-0 rounded-md bg-sunken object-cover ${className}`}
    />
  );
}
