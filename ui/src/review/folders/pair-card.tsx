// Two folders that share photos: one plain sentence, a bar, and what to do about it.
import type { Folder, FolderMark, FolderPair } from "../../ipc";
import { bytes, count, lastFolders, plural } from "../../shared/format";
import { Button } from "../../shared/ui/button";

type Props = {
  pair: FolderPair;
  disabled: boolean;
  onShow: (folders: number[]) => void;
  onMark: (folder: Folder, mark: FolderMark | null) => void;
};

function MarkButtons({ folder, disabled, onMark }: { folder: Folder } & Pick<Props, "disabled" | "onMark">) {
  const name = lastFolders(folder.path);
  return (
    <div className="flex min-w-0 items-center gap-1.5">
      <span className="min-w-0 flex-1 truncate text-[13px] text-muted" title={folder.path}>
        {name}
      </span>
      {(["dump", "protected"] as const).map((mark) => (
        <Button
          key={mark}
          size="sm"
          disabled={disabled || folder.mark === mark}
          aria-pressed={folder.mark === mark}
          aria-label={`${name} is ${mark === "dump" ? "a dump" : "protected"}`}
          onClick={() => onMark(folder, mark)}
        >
          {mark === "dump" ? "is a dump" : "is protected"}
        </Button>
      ))}
    </div>
  );
}

export function PairCard({ pair: { a, b, copies, bytes: size, groups, open }, disabled, onShow, onMark }: Props) {
  const share = a.assets > 0 ? Math.min(1, copies / a.assets) : 0;
  return (
    <li className="rounded-xl border border-line p-3.5" data-testid="folder-pair">
      <p>
        <strong>{count(copies)}</strong> of the {plural(a.assets, "photo")} in{" "}
        <strong className="break-words" title={a.path}>
          {lastFolders(a.path)}
        </strong>{" "}
        are also in{" "}
        <strong className="break-words" title={b.path}>
          {lastFolders(b.path)}
        </strong>
        .
      </p>
      <div aria-hidden className="mt-2 h-1.5 overflow-hidden rounded-full bg-line">
        <div className="h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
      </div>
      <div className="mt-2 flex flex-wrap items-center justify-between gap-2">
        <p className="text-[13px] text-muted">
          {plural(groups, "group")}, {open === 0 ? "all decided" : `${count(open)} open`} · {bytes(size)}
        </p>
        <Button size="sm" onClick={() => onShow([a.id, b.id])}>
          Show these groups
        </Button>
      </div>
      <div className="mt-2.5 space-y-1.5 border-t border-line pt-2.5">
        <MarkButtons folder={a} disabled={disabled} onMark={onMark} />
        <MarkButtons folder={b} disabled={disabled} onMark={onMark} />
      </div>
    </li>
  );
}
