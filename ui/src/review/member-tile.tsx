// One member of a group: its picture, whether it is kept (in words, not only colour), and what tells it apart.
import { Check, ImageOff, MapPin, Paperclip } from "lucide-react";
import { useEffect, useRef } from "react";
import type { Member } from "../ipc";
import { bytes, date, dimensions, lastFolders, plural } from "../shared/format";
import { useIpc } from "../shared/ipc";

export function Picture({ member, className = "" }: { member: Member; className?: string }) {
  const ipc = useIpc();
  if (!member.hasThumb)
    return (
      <div className={`flex flex-col items-center justify-center gap-1 bg-sunken text-faint ${className}`}>
        <ImageOff size={22} aria-hidden />
        <span className="text-xs">No preview</span>
      </div>
    );
  return (
    <img
      src={ipc.thumbUrl(member.fileId)}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
      className={`bg-sunken object-cover ${className}`}
    />
  );
}

type Props = {
  member: Member;
  exact: boolean;
  focused: boolean;
  onFocus: () => void;
  onToggle: () => void;
  onKeepOnly: () => void;
};

export function MemberTile({ member: m, exact, focused, onFocus, onToggle, onKeepOnly }: Props) {
  const tile = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focused) tile.current?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }, [focused]);
  const shape = dimensions(m.width, m.height);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid holds the focus and the keys for all its cells
    <div
      ref={tile}
      id={`member-${m.assetId}`}
      role="gridcell"
      aria-selected={m.keep}
      aria-label={`${m.name} in ${m.folder}, ${bytes(m.size)}${shape ? `, ${shape}` : ""}, ${date(m.captured)}, ${m.keep ? "kept" : "set aside"}${m.suggested ? ", suggested" : ""}`}
      data-testid="member"
      data-keep={m.keep}
      data-focused={focused}
      onClick={onFocus}
      onDoubleClick={onKeepOnly}
      className={`group/tile flex w-41 shrink-0 flex-col rounded-lg p-1 ${focused ? "bg-accent-soft outline-2 outline-accent/45 group-focus/grid:outline-accent" : "hover:bg-sunken"}`}
    >
      <div className="relative h-30 overflow-hidden rounded-md">
        <Picture member={m} className={`h-full w-full ${m.keep ? "" : "opacity-45 saturate-50"}`} />
        <button
          type="button"
          tabIndex={-1}
          aria-pressed={m.keep}
          aria-label={m.keep ? `Set ${m.name} aside` : `Keep ${m.name}`}
          title={m.keep ? "Set aside (Space)" : "Keep as well (Space)"}
          onClick={(event) => {
            event.stopPropagation();
            onToggle();
          }}
          onDoubleClick={(event) => event.stopPropagation()}
          className={`absolute top-1.5 left-1.5 inline-flex h-6 items-center gap-1 rounded-md px-1.5 text-xs font-medium shadow-card ${m.keep ? "bg-accent text-on-accent" : "bg-surface text-muted"}`}
        >
          {m.keep && <Check size={13} strokeWidth={3} aria-hidden />}
          {m.keep ? "Kept" : "Set aside"}
        </button>
        {m.suggested && (
          <span className="absolute top-1.5 right-1.5 rounded-md bg-black/60 px-1.5 text-xs leading-6 text-white">
            Suggested
          </span>
        )}
        {!m.suggested && !exact && m.distance > 0 && (
          <span
            className="absolute top-1.5 right-1.5 rounded-md bg-black/60 px-1.5 text-xs leading-6 text-white"
            title="How far it is from the suggested photo; 0 looks the same"
          >
            Δ {m.distance}
          </span>
        )}
        <button
          type="button"
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation();
            onKeepOnly();
          }}
          className="absolute inset-x-1.5 bottom-1.5 hidden h-6.5 items-center justify-center rounded-md bg-black/65 text-xs font-medium text-white group-hover/tile:flex hover:bg-black/80"
        >
          Keep this only
        </button>
      </div>
      <div className="mt-1 px-0.5 text-xs leading-[1.4]">
        <div className="flex items-center gap-1">
          <span className="truncate text-[13px] font-medium" title={m.name}>
            {m.name}
          </span>
        </div>
        <p className="truncate text-muted" title={m.folder}>
          {lastFolders(m.folder)}
        </p>
        <p className="truncate text-muted">
          {bytes(m.size)}
          {shape && ` · ${shape}`}
        </p>
        <p className="flex items-center gap-1 text-faint">
          <span className="truncate">{date(m.captured)}</span>
          {m.hasGps && <MapPin size={12} aria-label="has a place" className="shrink-0" />}
          {m.companions.length > 0 && (
            <span className="inline-flex shrink-0 items-center gap-0.5" title={m.companions.join(", ")}>
              <Paperclip size={12} aria-hidden />
              {plural(m.companions.length, "companion")}
            </span>
          )}
        </p>
      </div>
    </div>
  );
}
