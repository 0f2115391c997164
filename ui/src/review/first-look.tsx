// What a scan's first look suggests, while it still reads: rows of thumbnails to look at, with nothing to decide yet.
import { useState } from "react";
import type { FirstLook, FirstLookMember } from "../ipc";
import { count, plural } from "../shared/format";
import { useIpc } from "../shared/ipc";

function Picture({ member }: { member: FirstLookMember }) {
  const ipc = useIpc();
  const [lost, setLost] = useState(false);
  const name = member.path.split("/").at(-1) ?? member.path;
  if (lost) return <span className="size-24 rounded-md bg-raised" title={member.path} />;
  return (
    <img
      src={ipc.thumbUrl(member.fileId)}
      alt={name}
      title={member.path}
      loading="lazy"
      decoding="async"
      onError={() => setLost(true)}
      className="size-24 rounded-md bg-raised object-contain"
    />
  );
}

export function FirstLookRows({ look }: { look: FirstLook }) {
  return (
    <section data-testid="first-look" aria-label="First look">
      <p className="mb-3 text-muted" role="status">
        First look at {plural(look.photos, "photo")}: about {count(look.groups)} groups look alike. The small pictures
        inside the files say so; the photos themselves are being read now, and then you can decide.
      </p>
      <ul className="space-y-3">
        {look.rows.map((group) => (
          <li
            key={group.members[0]?.fileId}
            className="flex flex-wrap gap-2 rounded-lg border border-line bg-surface p-2"
          >
            {group.members.map((member) => (
              <Picture key={member.fileId} member={member} />
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
