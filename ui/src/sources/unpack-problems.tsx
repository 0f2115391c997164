// What the last unpacking could not give, for as long as its folder is a source.
import type { SourceInfo, Unpacked } from "../ipc";
import { plural } from "../shared/format";
import { PathText } from "../shared/ui/bits";
import { Card, CardTitle } from "../shared/ui/card";

export function UnpackProblems({ result, sources }: { result: Unpacked | null; sources: SourceInfo[] }) {
  const isSource = (folder: string) => sources.some(({ path }) => folder === path || folder.startsWith(`${path}/`));
  if (!result || result.problemCount === 0 || !result.folders.some(isSource)) return null;
  const more = result.problemCount - result.problems.length;
  return (
    <Card className="p-5" data-testid="unpack-problems" aria-labelledby="unpack-problems-title">
      <CardTitle id="unpack-problems-title" aside="The archives were only read">
        {plural(result.problemCount, "problem")} while unpacking
      </CardTitle>
      <ul className="max-h-72 divide-y divide-line overflow-y-auto">
        {result.problems.map((row, at) => (
          <li key={at} className="py-2">
            <PathText
              path={row.path ? `${row.archive}: ${row.path}` : row.archive}
              className="selectable text-[13px]"
            />
            <p className="text-[13px] text-warn">{row.what}</p>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="pt-2 text-[13px] text-muted">And {plural(more, "other")}.</p>}
    </Card>
  );
}
