import { colourOf } from "../../../report/palette.ts";
import type { SparkPoints } from "../data/sparks.ts";

const [WIDTH, HEIGHT, EDGE] = [160, 32, 2];

/** A small curve beside its lane's numbers, which say the same. */
export function Spark({ points, place }: { points: SparkPoints | undefined; place: number }) {
  const path = (points ?? [])
    .map(([x, y], i) => {
      const [px, py] = [EDGE + x * (WIDTH - 2 * EDGE), HEIGHT - EDGE - y * (HEIGHT - 2 * EDGE)];
      return `${i === 0 ? "M" : "L"}${px.toFixed(1)} ${py.toFixed(1)}`;
    })
    .join("");
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} style={{ stroke: colourOf(place) }} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
