// A key or a combination as caps; read out in words, because arrows and signs are read badly.
import { Key } from "../../shared/ui/bits";
import { caps, spoken } from "./combo";

export function KeyCaps({ combo }: { combo: string }) {
  return (
    <span className="inline-flex gap-1">
      <span className="sr-only">{spoken(combo)}</span>
      <span aria-hidden className="inline-flex gap-1">
        {caps(combo).map((cap) => (
          <Key key={cap}>{cap}</Key>
        ))}
      </span>
    </span>
  );
}
