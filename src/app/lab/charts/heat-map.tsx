import { useEffect, useRef } from "preact/hooks";
import { useWords } from "../page/context.ts";
import type { InsidePicture } from "../worker/protocol.ts";
import { short } from "./format.ts";
import { signalsOf } from "./layer-scale.ts";
import { rampCss, rampAt } from "../../../report/palette.ts";

const ROW = 26;

/** The gradient norm at each layer, over time: brighter is stronger, by powers of ten. */
export function HeatMap(props: {
  looks: readonly InsidePicture[];
  name: string;
  /** Range of the colours, as powers of ten. */
  range: readonly [low: number, high: number];
}) {
  const { looks, name, range } = props;

  const words = useWords().inside;
  const canvas = useRef<HTMLCanvasElement>(null);
  const layers = (looks.at(-1)?.layers ?? []).filter(({ weighted }) => weighted);
  const rows = looks.map(signalsOf);
  const [low, high] = range;
  useEffect(() => {
    const element = canvas.current!;
    const pen = element.getContext("2d")!;
    const [width, height] = [(element.width = Math.max(1, rows.length)), (element.height = layers.length)];
    const image = pen.createImageData(width, height);
    for (const [x, row] of rows.entries()) {
      for (const [y, value] of row.entries()) {
        if (!(value > 0)) continue; // no gradient: the paper shows
        const share = (Math.log10(value) - low) / Math.max(1e-9, high - low);
        image.data.set([...rampAt(share), 255], (y * width + x) * 4);
      }
    }
    pen.putImageData(image, 0, 0);
  }, [looks, low, high]);
  return (
    <figure>
      <div class="heat">
        <ol aria-hidden="true">
          {layers.map(({ title }, i) => (
            <li key={i} style={{ height: `${ROW}px` }}>
              {title}
            </li>
          ))}
        </ol>
        <canvas
          ref={canvas}
          style={{ height: `${ROW * layers.length}px` }}
          role="img"
          aria-label={words.heat(name)}
        />
      </div>
      <figcaption>
        {words.heatNote}: {short(10 ** low)}{" "}
        <span class="scale" style={{ background: `linear-gradient(to right, ${rampCss})` }} />{" "}
        {short(10 ** high)}
      </figcaption>
    </figure>
  );
}
