import { useStroke } from "./strokes.ts";
import type { SparkPoints } from "../data/sparks.ts";

const [WIDTH, HEIGHT, EDGE] = [160, 32, 2];

/** A small curve next to its lane's numbers, which say the same. */
export function Spark({ points, name }: { points: SparkPoints | undefined; name: string }) {
  const { colour } = useStroke(name);
  const path = (points ?? [])
    .map(([x, y], i) => {
      const [px, py] = [EDGE + x * (WIDTH - 2 * EDGE), HEIGHT - EDGE - y * (HEIGHT - 2 * EDGE)];
      return `${i === 0 ? "M" : "L"}${px.toFixed(1)} ${py.toFixed(1)}`;
    })
    .join("");
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} style={{ stroke: colour }} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
