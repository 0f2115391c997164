// The folders a layout would make, with their photos counted. Small trees stand open, large ones are opened by hand.
import { ChevronRight, Folder } from "lucide-react";
import { useState } from "react";
import type { LayoutFolder, LayoutPreview } from "../../ipc";
import { count, plural } from "../../shared/format";

/** Rows that are shown without a click. */
const AT_FIRST = 14;

const rows = (folders: LayoutFolder[]): number => folders.reduce((n, one) => n + 1 + rows(one.children), 0);

function More({ many, depth }: { many: number; depth: number }) {
  if (many === 0) return null;
  return (
    <li className="py-0.5 text-faint" style={{ paddingLeft: depth * 18 + 24 }}>
      and {plural(many, "more folder")}
    </li>
  );
}

function Branch({ folder, depth, open }: { folder: LayoutFolder; depth: number; open: boolean }) {
  const [isOpen, setOpen] = useState(open);
  const below = folder.folders > 0;
  const line = (
    <>
      <ChevronRight
        size={14}
        aria-hidden
        className={`shrink-0 text-faint transition-transform ${isOpen ? "rotate-90" : ""} ${below ? "" : "invisible"}`}
      />
      <Folder size={14} aria-hidden className="shrink-0 text-accent" />
      <span className="min-w-0 truncate" title={folder.name}>
        {folder.name}
      </span>
      <span className="ml-auto shrink-0 pl-2 text-muted tabular-nums">{count(folder.photos)}</span>
    </>
  );
  const look = "flex h-6.5 w-full items-center gap-1.5 rounded-md pr-1.5 text-left";
  const style = { paddingLeft: depth * 18 + 4 };
  return (
    <li>
      {below ? (
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className={`${look} hover:bg-line/60`}
          style={style}
        >
          {line}
        </button>
      ) : (
        <div className={look} style={style}>
          {line}
        </div>
      )}
      {isOpen && below && (
        <ul>
          {folder.children.map((child) => (
            <Branch key={child.name} folder={child} depth={depth + 1} open={open} />
          ))}
          <More many={folder.hidden} depth={depth + 1} />
        </ul>
      )}
    </li>
  );
}

export function LayoutTree({ preview }: { preview: LayoutPreview }) {
  const { tree, hidden, atTop, folders, moreFolders } = preview;
  const open = rows(tree) <= AT_FIRST;
  return (
    <div className="flex min-h-0 flex-col rounded-lg bg-sunken text-[13px]" data-testid="layout-tree">
      <p className="flex justify-between border-b border-line px-3 py-1.5 text-muted">
        <span>
          {moreFolders && "More than "}
          {plural(folders, "folder")}
        </span>
        <span>Photos</span>
      </p>
      <ul aria-label="Folders at the destination" className="max-h-72 overflow-y-auto px-1.5 py-1">
        {tree.map((folder) => (
          <Branch key={folder.name} folder={folder} depth={0} open={open} />
        ))}
        <More many={hidden} depth={0} />
        {atTop > 0 && (
          <li className="flex h-6.5 items-center justify-between pr-1.5 pl-6 text-muted">
            In no folder <span className="tabular-nums">{count(atTop)}</span>
          </li>
        )}
      </ul>
    </div>
  );
}
