// The throughput chart: bytes per second over the run. uPlot is loaded only when there is something to draw.
import { useEffect, useRef } from "react";
import type uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { bytes, duration } from "../shared/format";
import type { Samples } from "../shared/job";
import { useTheme } from "../shared/theme";

const HEIGHT = 180;

export function Throughput({ samples }: { samples: Samples }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const newest = useRef(samples);
  newest.current = samples;
  const { dark } = useTheme();
  const ready = samples.rates.length > 1;

  useEffect(() => {
    if (!ready) return;
    let alive = true;
    let resize: ResizeObserver | null = null;
    void import("uplot").then(({ default: Plot }) => {
      const element = box.current;
      if (!alive || !element) return;
      const style = getComputedStyle(document.documentElement);
      const colour = (name: string) => style.getPropertyValue(name).trim();
      const axis = {
        stroke: colour("--faint"),
        grid: { stroke: colour("--line"), width: 1 },
        ticks: { show: false },
        font: "12px system-ui, sans-serif",
      };
      plot.current = new Plot(
        {
          width: element.clientWidth,
          height: HEIGHT,
          legend: { show: false },
          cursor: { show: false },
          padding: [8, 4, 0, 0],
          scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.max(1, max * 1.15)] } },
          axes: [
            { ...axis, grid: { show: false }, size: 26, space: 90, values: (_, ticks) => ticks.map(duration) },
            { ...axis, size: 64, space: 40, values: (_, ticks) => ticks.map((t) => bytes(t)) },
          ],
          series: [
            {},
            {
              stroke: dark ? "#67c3ca" : "#12646d",
              width: 2,
              fill: dark ? "#67c3ca24" : "#12646d1c",
              points: { show: false },
            },
          ],
        },
        [newest.current.seconds, newest.current.rates],
        element,
      );
      resize = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
      resize.observe(element);
    });
    return () => {
      alive = false;
      resize?.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [ready, dark]);

  useEffect(() => {
    plot.current?.setData([samples.seconds, samples.rates]);
  }, [samples]);

  return (
    <div
      ref={box}
      role="img"
      aria-label="Bytes per second over time"
      className="overflow-hidden"
      style={{ height: HEIGHT }}
    >
      {!ready && <p className="flex h-full items-center justify-center text-muted">Measuring…</p>}
    </div>
  );
}
