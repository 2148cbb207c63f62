import { useEffect, useRef } from "preact/hooks";
import type { SpacePicture } from "../worker/protocol.ts";
import { CLASS_COLOURS } from "../worker/class-colours.ts";

const SIDE = 320;

/** Where the network decides what, and the training points. */
export function Surface({
  surface,
  about,
}: {
  surface: NonNullable<SpacePicture["surface"]>;
  about: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pen = canvas.current!.getContext("2d")!;
    const { side, reach, pixels, points, labels } = surface;
    const small = new OffscreenCanvas(side, side);
    small.getContext("2d")!.putImageData(new ImageData(pixels.slice(), side, side), 0, 0);
    pen.clearRect(0, 0, SIDE, SIDE);
    pen.drawImage(small, 0, 0, SIDE, SIDE);
    const at = (value: number): number => ((value / reach + 1) * SIDE) / 2;
    pen.lineWidth = 1;
    for (const [i, label] of labels.entries()) {
      const [x, y] = [at(points[2 * i]!), at(-points[2 * i + 1]!)];
      pen.fillStyle = `rgb(${CLASS_COLOURS[label % CLASS_COLOURS.length]!.join(" ")})`;
      pen.strokeStyle = label % 2 === 0 ? "#ffffff" : "#111111"; // a second sign beside the colour
      pen.beginPath();
      if (label % 2 === 0) pen.arc(x, y, 2.6, 0, 2 * Math.PI);
      else pen.rect(x - 2.3, y - 2.3, 4.6, 4.6);
      pen.fill();
      pen.stroke();
    }
  }, [surface]);
  return (
    <figure>
      <canvas class="surface" ref={canvas} width={SIDE} height={SIDE} role="img" aria-label={about} />
      <figcaption>{about}</figcaption>
    </figure>
  );
}

/** First-layer weights as small images: blue below 0, orange above. */
export function WeightImages({
  weights,
  about,
}: {
  weights: NonNullable<SpacePicture["weights"]>;
  about: string;
}) {
  return (
    <figure>
      <div class="images" role="img" aria-label={about}>
        {weights.images.map((image, i) => (
          <WeightImage key={i} image={image} rows={weights.rows} columns={weights.columns} />
        ))}
      </div>
      <figcaption>{about}</figcaption>
    </figure>
  );
}

function WeightImage({ image, rows, columns }: { image: Float32Array; rows: number; columns: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const data = new ImageData(columns, rows);
    for (const [i, value] of image.entries()) {
      const [r, g, b] = CLASS_COLOURS[value < 0 ? 0 : 1]!;
      const share = Math.abs(value);
      data.data.set([255 - (255 - r) * share, 255 - (255 - g) * share, 255 - (255 - b) * share, 255], 4 * i);
    }
    canvas.current!.getContext("2d")!.putImageData(data, 0, 0);
  }, [image]);
  return <canvas ref={canvas} width={columns} height={rows} />;
}
