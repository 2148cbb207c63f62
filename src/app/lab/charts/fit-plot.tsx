import { useStroke } from "./strokes.ts";
import type { LanePicture } from "../worker/protocol.ts";

const SIDE = 160;

/** A network's predictions along one feature, over training rows. */
export function FitPlot(props: { curve: NonNullable<LanePicture["curve"]>; name: string; about: string }) {
  const { curve, name, about } = props;
  const { colour } = useStroke(name);
  const { x, y, rowsX, rowsY } = curve;
  const reach = Math.abs(x[0]!);
  // Scaled to the rows, which all lanes share: a wild prediction leaves the picture.
  const heights = [...rowsY];
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const px = (value: number): string => ((value / reach + 1) * (SIDE / 2)).toFixed(1);
  const py = (value: number): string =>
    (SIDE - 8 - ((value - low) / Math.max(1e-9, high - low)) * (SIDE - 16)).toFixed(1);
  const path = [...x].map((value, i) => `${i === 0 ? "M" : "L"}${px(value)} ${py(y[i]!)}`).join("");
  return (
    <svg class="shape fit" viewBox={`0 0 ${SIDE} ${SIDE}`} role="img" aria-label={about}>
      {[...rowsX].map((value, i) => (
        <circle key={i} class="row" cx={px(value)} cy={py(rowsY[i]!)} r="1.6" />
      ))}
      <path class="f" style={{ stroke: colour }} d={path} />
    </svg>
  );
}
