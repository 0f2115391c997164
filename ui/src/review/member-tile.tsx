// One member of a group: its picture, whether it is kept and what it is to the keeper, both in words, and what tells it apart.
import { Archive, Check, Film, ImageOff, Lock, MapPin, Paperclip } from "lucide-react";
import { memo } from "react";
import type { Group, Member, Relation } from "../ipc";
import { bytes, date, dimensions, lastFolders, plural } from "../shared/format";
import { useIpc } from "../shared/ipc";
import { PROTECTED } from "./choice";
import { TURNED } from "./compare/geometry";
import { RelationIcon } from "./relation-icon";
import type { RowActions } from "./row-actions";
import { RULE, relationWords } from "./words";

/** While the tile is looked at, its picture lies as the keeper's does. Sideways it is as wide as the tile is high. */
const SIDEWAYS =
  "group-hover/tile:h-39 group-hover/tile:w-30 group-data-[focused=true]/tile:h-39 group-data-[focused=true]/tile:w-30";
const QUARTERS = [
  "",
  "group-hover/tile:rotate-90 group-data-[focused=true]/tile:rotate-90",
  "group-hover/tile:rotate-180 group-data-[focused=true]/tile:rotate-180",
  "group-hover/tile:-rotate-90 group-data-[focused=true]/tile:-rotate-90",
];
const MIRRORED = "group-hover/tile:-scale-x-100 group-data-[focused=true]/tile:-scale-x-100";

function turnLook(turn: number): string {
  const { quarters, mirrored } = TURNED[turn] ?? TURNED[1];
  return `${quarters % 2 ? SIDEWAYS : ""} ${QUARTERS[quarters]} ${mirrored ? MIRRORED : ""}`;
}

function Picture({ member, className }: { member: Member; className: string }) {
  const ipc = useIpc();
  if (!member.hasThumb)
    return (
      <div className="flex h-full w-full flex-col items-center justify-center gap-1 bg-sunken text-faint">
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
      className={`absolute top-1/2 left-1/2 h-full w-full max-w-none -translate-1/2 bg-sunken object-cover ${turnLook(member.turn)} ${className}`}
    />
  );
}

/** What happens to the member, in a word; a photo that nobody suggested to set aside "stays". */
function fate(m: Member, group: Group): string {
  if (!m.keep) return "Set aside";
  if (m.mark === "protected") return "Protected";
  const chosen = group.status !== "open" || !m.suggestKeep;
  return chosen || (m.suggested && group.sure && group.kind !== "burst") ? "Kept" : "Stays";
}

/** The keeper says which rule made it so; the others say what they are to it. Frames of one moment have no keeper. */
function bond(m: Member, group: Group): { relation: Relation; words: string } {
  const keeper = group.members.find((other) => other.suggested);
  const frame = group.kind === "burst" && m.suggested && group.members.find((other) => !other.suggested);
  const one = frame || m;
  if (!one.suggested) return { relation: one.relation, words: relationWords(one, keeper) };
  return { relation: "keeper", words: group.rule ? RULE[group.rule].won : group.sure ? "Keeper" : "Best guess" };
}

type Props = { member: Member; group: Group; place: number; row: number; focused: boolean; actions: RowActions };

export const MemberTile = memo(function MemberTile({ member: m, group, place, row, focused, actions }: Props) {
  const shape = dimensions(m.width, m.height);
  const locked = m.mark === "protected";
  const state = fate(m, group);
  const { relation, words } = bond(m, group);
  const leads = relation === "keeper";
  const stays = state === "Stays" || state === "Protected";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid holds the focus and the keys for all its cells
    <div
      id={`member-${m.assetId}`}
      role="gridcell"
      aria-colindex={place + 2}
      aria-selected={m.keep}
      aria-label={`${leads ? "keeper, " : ""}${words}, ${state.toLowerCase()}${m.mark === "dump" ? ", in a dump" : ""}: ${m.name} in ${m.folder}, ${bytes(m.size)}${shape ? `, ${shape}` : ""}${m.motion === null ? "" : ", with its movie"}, ${date(m.captured)}`}
      data-testid="member"
      data-keep={m.keep}
      data-state={state}
      data-focused={focused}
      onClick={() => actions.focus(row, place)}
      onDoubleClick={() => actions.keepOnly(row, place)}
      className={`group/tile flex w-41 shrink-0 flex-col rounded-lg p-1 ${focused ? "bg-accent-soft outline-2 outline-accent/45 group-focus/grid:outline-accent" : "hover:bg-sunken"}`}
    >
      <div className="relative h-30 overflow-hidden rounded-md">
        <Picture member={m} className={m.keep ? "" : "opacity-45 saturate-50"} />
        <button
          type="button"
          tabIndex={-1}
          aria-pressed={m.keep}
          aria-disabled={locked}
          aria-label={`${state}: ${m.name}`}
          title={locked ? PROTECTED : m.keep ? "Set aside" : "Keep as well"}
          onClick={(event) => {
            event.stopPropagation();
            actions.toggle(row, place);
          }}
          onDoubleClick={(event) => event.stopPropagation()}
          className={`absolute top-1.5 left-1.5 inline-flex h-6 items-center gap-1 rounded-md px-1.5 text-xs font-medium shadow-card ${stays ? "bg-accent-soft text-accent-strong" : m.keep ? "bg-accent text-on-accent" : "bg-surface text-muted"}`}
        >
          {locked ? (
            <Lock size={12} strokeWidth={2.5} aria-hidden />
          ) : (
            m.keep && <Check size={13} strokeWidth={3} aria-hidden />
          )}
          {state}
        </button>
        {m.mark === "dump" && (
          <span
            title="You marked its folder as a dump"
            className="absolute top-1.5 right-1.5 inline-flex h-6 items-center gap-1 rounded-md bg-black/65 px-1.5 text-xs text-white"
          >
            <Archive size={12} aria-hidden />
            Dump
          </span>
        )}
        <button
          type="button"
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation();
            actions.keepOnly(row, place);
          }}
          className="absolute inset-x-1.5 bottom-1.5 hidden h-6.5 items-center justify-center rounded-md bg-black/65 text-xs font-medium text-white group-hover/tile:flex hover:bg-black/80"
        >
          Keep this only
        </button>
      </div>
      <div className="mt-1 px-0.5 text-xs leading-[1.4]">
        <p
          className={`flex items-center gap-1 ${leads ? "font-medium text-accent-strong" : "text-ink"}`}
          title={leads ? `Keeper: ${group.reason}` : `${words}; distance ${m.distance} of 256 from the keeper`}
        >
          <RelationIcon relation={relation} />
          <span className="truncate">{words}</span>
        </p>
        <p className="truncate text-[13px] font-medium" title={m.name}>
          {m.name}
        </p>
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
          {m.motion !== null && (
            <span
              data-testid="motion"
              className="inline-flex shrink-0 items-center gap-0.5"
              title={`Motion Photo: it holds a movie of ${bytes(m.motion)}`}
            >
              <Film size={12} aria-hidden />
              Motion
            </span>
          )}
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
});
