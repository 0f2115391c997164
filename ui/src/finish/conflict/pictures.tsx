// The original and its copy, laid side by side or over each other as in Review, with one zoom for both.
import { useState } from "react";
import type { Conflict, CopyLook } from "../../ipc";
import type { Size } from "../../review/compare/geometry";
import { type Mode, useDials } from "../../review/compare/modes";
import { Stages } from "../../review/compare/stages";
import { usePictureAt } from "../../review/compare/use-picture";
import { actualOf, bothSides, type Name } from "../../review/compare/use-sides";
import { type LinkedView, useView } from "../../review/compare/use-view";
import { useIpc } from "../../shared/ipc";

const START: Size = { width: 900, height: 500 };

/** What both columns are called. */
export const NAMES = ["Original", "At the destination"] as const;

export function usePictures(conflict: Conflict, look: CopyLook | undefined, seenAt: number) {
  const ipc = useIpc();
  const [pane, setPane] = useState(START);
  const file = conflict.file;
  const original = usePictureAt(file === null ? null : ipc.previewUrl(file), file === null ? null : ipc.thumbUrl(file));
  const copy = usePictureAt(look?.shown ? ipc.copyUrl(look.placed, seenAt) : null, null);
  const none = { url: null, size: null, state: "failed" as const, retry: () => undefined };
  const sides = bothSides(
    { name: NAMES[0], width: null, height: null, without: file === null ? "It is not there any more." : undefined },
    {
      name: NAMES[1],
      width: look?.width ?? null,
      height: look?.height ?? null,
      without: look && !look.shown ? "What is known of it stands below." : undefined,
    },
    [file === null ? none : original, look && !look.shown ? none : copy],
    pane,
  );
  const ratio = window.devicePixelRatio || 1;
  const view = useView({ pane, fitted: sides.map((side) => side.frame), actual: actualOf(sides, ratio) });
  return { sides, view, pane, setPane, ratio };
}

export function Pictures({
  of: { sides, view, pane, setPane, ratio },
  mode,
  shown,
}: {
  of: ReturnType<typeof usePictures>;
  mode: Mode;
  shown: Name;
}) {
  const { dials, set } = useDials();
  return (
    <Stages
      mode={mode}
      sides={sides}
      view={view as LinkedView}
      pane={pane}
      ratio={ratio}
      shown={shown}
      dials={dials}
      onDial={set}
      onSize={(size) => setPane((was) => (was.width === size.width && was.height === size.height ? was : size))}
    />
  );
}
