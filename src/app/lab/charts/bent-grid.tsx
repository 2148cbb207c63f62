import { useWords } from "../page/context.ts";
import type { BentGrid } from "../worker/protocol.ts";
import { percent } from "./format.ts";

const SIDE = 260;
/** The axis reaches this many standard deviations of the first component from the middle to the edge. */
const REACH = 2.6;

/** The grid of the plane as a hidden layer bends it. */
export function BentGridPlot({ grid }: { grid: BentGrid }) {
  const words = useWords().space;
  const { lines, title, features, explained } = grid;
  const at = (value: number): string => ((value / REACH + 1) * (SIDE / 2)).toFixed(1);
  const path = (line: Float32Array): string => {
    let text = "";
    for (let i = 0; i < line.length; i += 2)
      text += `${i === 0 ? "M" : "L"}${at(line[i]!)} ${at(-line[i + 1]!)}`;
    return text;
  };
  const half = lines.length / 2;
  const about = words.grid(`${title}, ${features}`, percent(explained[0]), percent(explained[1]));
  return (
    <figure class="card">
      <svg class="shape grid" viewBox={`0 0 ${SIDE} ${SIDE}`} role="img" aria-label={about}>
        <path class="along-x" d={lines.slice(0, half).map(path).join("")} />
        <path class="along-y" d={lines.slice(half).map(path).join("")} />
      </svg>
      <figcaption>{about}</figcaption>
    </figure>
  );
}
