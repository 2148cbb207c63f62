import { useEffect, useRef } from "preact/hooks";
import type { Surface } from "../worker/protocol.ts";
import { classColour } from "../../../report/palette.ts";

const SIDE = 320;

/** The network's decisions, and the training points. */
export function SurfaceCanvas({ surface, about }: { surface: Surface; about: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef<Dots | undefined>(undefined);
  useEffect(() => {
    const pen = canvas.current!.getContext("2d")!;
    const { side, pixels } = surface;
    const small = new OffscreenCanvas(side, side);
    small.getContext("2d")!.putImageData(new ImageData(pixels.slice(), side, side), 0, 0);
    pen.clearRect(0, 0, SIDE, SIDE);
    pen.drawImage(small, 0, 0, SIDE, SIDE);
    pen.drawImage(dotsOf(surface, drawn), 0, 0);
  }, [surface]);
  return <canvas class="surface" ref={canvas} width={SIDE} height={SIDE} role="img" aria-label={about} />;
}

/** The training points, which stay while decisions change. */
interface Dots {
  readonly of: string;
  readonly layer: OffscreenCanvas;
}

function dotsOf({ reach, points, labels }: Surface, drawn: { current: Dots | undefined }): OffscreenCanvas {
  const of = [reach, points.length, ...points.subarray(0, 4)].join();
  if (drawn.current?.of === of) return drawn.current.layer;
  const layer = new OffscreenCanvas(SIDE, SIDE);
  const pen = layer.getContext("2d")!;
  const at = (value: number): number => ((value / reach + 1) * SIDE) / 2;
  pen.lineWidth = 1;
  for (const [i, label] of labels.entries()) {
    const [x, y] = [at(points[2 * i]!), at(-points[2 * i + 1]!)];
    pen.fillStyle = `rgb(${classColour(label).join(" ")})`;
    pen.strokeStyle = label % 2 === 0 ? "#ffffff" : "#111111"; // a second mark besides the colour
    pen.beginPath();
    if (label % 2 === 0) pen.arc(x, y, 2.6, 0, 2 * Math.PI);
    else pen.rect(x - 2.3, y - 2.3, 4.6, 4.6);
    pen.fill();
    pen.stroke();
  }
  drawn.current = { of, layer };
  return layer;
}
