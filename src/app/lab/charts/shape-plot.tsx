import type { ShapeCurve } from "../worker/protocol.ts";
import { useWords } from "../page/context.ts";
import { useStroke } from "./strokes.ts";

const [WIDTH, HEIGHT] = [220, 130];
/** x is drawn from -REACH to REACH. */
export const REACH = 5;

/** An activation's curve and derivative, drawn small. */
export function ShapePlot(props: {
  name: string;
  curve: ShapeCurve;
  /** Range of y, the same for plots shown side by side. */
  heights: readonly [low: number, high: number];
}) {
  const { name, curve, heights } = props;
  const { colour } = useStroke(name);
  const words = useWords();
  const inside = curve.x.flatMap((x, i) => (Math.abs(x) <= REACH ? [i] : []));
  const [x, f, slope] = [curve.x, curve.f, curve.slope].map((all) => inside.map((i) => all[i]!)) as [
    number[],
    number[],
    number[],
  ];
  const kinks = curve.kinks.filter((at) => Math.abs(at) <= REACH);
  const [low, high] = heights;
  const [from, to] = [x[0]!, x.at(-1)!];
  const px = (value: number): number => ((value - from) / (to - from)) * WIDTH;
  const py = (value: number): number => 4 + (1 - (value - low) / (high - low)) * (HEIGHT - 8);
  const path = (values: readonly number[]): string => {
    let text = "";
    let pen = "M";
    for (const [i, value] of values.entries()) {
      const inside = Number.isFinite(value) && value >= low - 20 && value <= high + 20;
      if (inside) text += `${pen}${px(x[i]!).toFixed(1)} ${py(value).toFixed(1)}`;
      pen = inside ? "L" : "M";
    }
    return text;
  };
  return (
    <svg class="shape" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words.formula.curve(name)}>
      <path class="axis" d={`M0 ${py(0)}H${WIDTH}M${px(0)} 0V${HEIGHT}`} />
      {kinks.map((at) => (
        <line key={at} class="kink" x1={px(at)} x2={px(at)} y1="0" y2={HEIGHT} />
      ))}
      <path class="slope" d={path(slope)} />
      <path class="f" style={{ stroke: colour }} d={path(f)} />
      <text x="4" y="12">
        {words.formula.f}
      </text>
      <text x="22" y="12" class="slope-label">
        - - {words.formula.slope}
      </text>
    </svg>
  );
}
