import { useWords } from "../page/context.ts";
import type { LayerPicture, ShapeCurve } from "../worker/protocol.ts";
import { percent, short } from "./format.ts";
import type { LayerScale } from "./layer-scale.ts";
import { useStroke } from "./strokes.ts";

const [WIDTH, HEIGHT, BASE] = [320, 120, 104];

/** Where the inputs of an activation lie, under its curve and derivative: linear, saturated or dead. */
export function LayerPlot(props: {
  layer: LayerPicture;
  name: string;
  scale: LayerScale;
  curve?: ShapeCurve;
}) {
  const { layer, name, scale, curve } = props;
  const words = useWords().inside;
  const { bins } = layer;
  const { reach } = scale;
  const width = (WIDTH / bins.length) * (layer.reach / reach);
  const left = (WIDTH * (1 - layer.reach / reach)) / 2;
  /** Height of a bin: its share divided by its width. */
  const dense = bins.length / (2 * layer.reach) / Math.max(1e-9, scale.density);
  const px = (x: number): number => ((x + reach) / (2 * reach)) * WIDTH;
  const about = words.histogram(layer.title, percent(layer.dead), percent(layer.saturated));
  return (
    <figure class="layer">
      <svg class="shape" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={about}>
        {bins.map((part, i) => {
          const height = part * dense * (BASE - 4);
          return (
            <rect
              key={i}
              x={left + i * width}
              y={BASE - height}
              width={width * 0.93}
              height={height}
              class="bin"
            />
          );
        })}
        <path class="axis" d={`M0 ${BASE}H${WIDTH}M${px(0)} 0V${BASE}`} />
        {curve !== undefined && <Curves curve={curve} px={px} scale={scale} name={name} />}
        <text x="2" y={HEIGHT - 3}>
          {short(-reach)}
        </text>
        <text x={WIDTH / 2} y={HEIGHT - 3} text-anchor="middle">
          0
        </text>
        <text x={WIDTH - 2} y={HEIGHT - 3} text-anchor="end">
          {short(reach)}
        </text>
      </svg>
      <figcaption>{about}</figcaption>
    </figure>
  );
}

function Curves(props: { curve: ShapeCurve; px: (x: number) => number; scale: LayerScale; name: string }) {
  const { curve, px, scale, name } = props;
  const { colour } = useStroke(name);
  const inside = curve.x.flatMap((x, i) => (Math.abs(x) <= scale.reach ? [i] : []));
  const path = (values: readonly number[], size: number): string => {
    const points = inside.filter((i) => Number.isFinite(values[i]));
    const y = (value: number): number => BASE / 2 - (value / size) * (BASE / 2 - 4);
    return points
      .map((i, k) => `${k === 0 ? "M" : "L"}${px(curve.x[i]!).toFixed(1)} ${y(values[i]!).toFixed(1)}`)
      .join("");
  };
  return (
    <>
      <path class="slope" d={path(curve.slope, scale.slope)} />
      <path class="f" style={{ stroke: colour }} d={path(curve.f, scale.f)} />
    </>
  );
}
