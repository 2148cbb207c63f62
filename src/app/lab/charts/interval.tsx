import { useStroke } from "./strokes.ts";

const [WIDTH, HEIGHT, EDGE] = [120, 14, 5];

/** A difference with its interval, on a scale shared by the rows of a table; the vertical line is 0. */
export function Interval(props: {
  /** Whose. */
  name: string;
  mean: number;
  low: number;
  high: number;
  /** Ends of the scale. */
  from: number;
  to: number;
}) {
  const { name, mean, low, high, from, to } = props;
  const { colour } = useStroke(name);
  const x = (value: number): number => EDGE + ((value - from) / (to - from || 1)) * (WIDTH - 2 * EDGE);
  const middle = HEIGHT / 2;
  return (
    <svg class="interval" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <line class="zero" x1={x(0)} x2={x(0)} y1="0" y2={HEIGHT} />
      <line x1={x(low)} x2={x(high)} y1={middle} y2={middle} style={{ stroke: colour }} stroke-width="2" />
      <circle cx={x(mean)} cy={middle} r="4" style={{ fill: colour }} />
    </svg>
  );
}
