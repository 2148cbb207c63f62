import { useEffect, useRef } from "preact/hooks";
import { useLabState, useWords } from "../page/context.ts";
import type { InsidePicture } from "../worker/protocol.ts";
import { short } from "./format.ts";
import { canvasColour } from "./palette.ts";

const ROW = 26;

/** The signal that comes back to each layer, over time: the darker, the stronger, by powers of ten. */
export function HeatMap({ looks, name }: { looks: readonly InsidePicture[]; name: string }) {
  const words = useWords().inside;
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useLabState(() => document.documentElement.dataset["theme"]);
  const layers = (looks.at(-1)?.layers ?? []).filter(({ activation }) => !activation);
  const rows = looks.map((look) => look.layers.filter(({ activation }) => !activation).map((l) => l.signal));
  const logs = rows
    .flat()
    .filter((v) => v > 0)
    .map(Math.log10);
  const [low, high] = logs.length === 0 ? [0, 1] : [Math.min(...logs), Math.max(...logs)];
  useEffect(() => {
    const element = canvas.current!;
    const pen = element.getContext("2d")!;
    const [width, height] = [(element.width = Math.max(1, rows.length)), (element.height = layers.length)];
    const [from, to] = ["var(--raised)", "var(--ink)"].map((name) => rgbOf(canvasColour(name, element)));
    const image = pen.createImageData(width, height);
    for (const [x, row] of rows.entries()) {
      for (const [y, value] of row.entries()) {
        const share = value > 0 ? 0.08 + (0.92 * (Math.log10(value) - low)) / Math.max(1e-9, high - low) : 0;
        const at = (y * width + x) * 4;
        for (let c = 0; c < 3; c++) image.data[at + c] = from![c]! + (to![c]! - from![c]!) * share;
        image.data[at + 3] = 255;
      }
    }
    pen.putImageData(image, 0, 0);
  }, [looks, theme]);
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
      <figcaption>{words.heatNote(short(10 ** low), short(10 ** high))}</figcaption>
    </figure>
  );
}

const rgbOf = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
