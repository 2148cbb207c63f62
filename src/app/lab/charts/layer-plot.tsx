import { useWords } from "../page/context.ts";
import type { LayerPicture, ShapeCurve } from "../worker/protocol.ts";
import { percent, short } from "./format.ts";
import { colourOf } from "../../../report/palette.ts";

const [WIDTH, HEIGHT, BASE] = [320, 120, 104];

/** Where the inputs of an activation lie, under its curve and derivative: linear, saturated or dead. */
export function LayerPlot(props: { layer: LayerPicture; place: number; curve?: ShapeCurve }) {
  const { layer, place, curve } = props;
  const words = useWords().inside;
  const { bins, reach } = layer;
  const top = Math.max(...bins);
  const width = WIDTH / bins.length;
  const px = (x: number): number => ((x + reach) / (2 * reach)) * WIDTH;
  const about = words.histogram(layer.title, percent(layer.dead), percent(layer.saturated));
  return (
    <figure class="layer">
      <svg class="shape" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={about}>
        {bins.map((part, i) => {
          const height = top === 0 ? 0 : (part / top) * (BASE - 4);
          return (
            <rect key={i} x={i * width} y={BASE - height} width={width - 0.5} height={height} class="bin" />
          );
        })}
        <path class="axis" d={`M0 ${BASE}H${WIDTH}M${px(0)} 0V${BASE}`} />
        {curve !== undefined && <Curves curve={curve} px={px} reach={reach} place={place} />}
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

function Curves(props: { curve: ShapeCurve; px: (x: number) => number; reach: number; place: number }) {
  const { curve, px, reach, place } = props;
  const inside = curve.x.flatMap((x, i) => (Math.abs(x) <= reach ? [i] : []));
  const path = (values: readonly number[]): string => {
    const size = Math.max(1, ...inside.map((i) => Math.abs(values[i]!)).filter(Number.isFinite));
    const points = inside.filter((i) => Number.isFinite(values[i]));
    const y = (value: number): number => BASE / 2 - (value / size) * (BASE / 2 - 4);
    return points
      .map((i, k) => `${k === 0 ? "M" : "L"}${px(curve.x[i]!).toFixed(1)} ${y(values[i]!).toFixed(1)}`)
      .join("");
  };
  return (
    <>
      <path class="slope" d={path(curve.slope)} />
      <path class="f" style={{ stroke: colourOf(place) }} d={path(curve.f)} />
    </>
  );
}
