import type { Dataset, Prediction } from "../index.ts";

/** Colours that stay apart for colour-blind eyes (Okabe, Ito 2008), as RGB. */
const COLOURS = [
  [0, 114, 178],
  [230, 159, 0],
  [0, 158, 115],
  [204, 121, 167],
] as const;

const rgb = (index: number): string => `rgb(${COLOURS[index % COLOURS.length]!.join(" ")})`;

const context = (canvas: HTMLCanvasElement): CanvasRenderingContext2D => {
  const found = canvas.getContext("2d");
  if (found === null) throw new Error("this browser has no 2-D canvas");
  return found;
};

/** Mixes the classes' colours by the first replica's probabilities at each grid point, and marks the training points. */
export function drawSurface(
  canvas: HTMLCanvasElement,
  prediction: Prediction,
  grid: number,
  data: Dataset,
): void {
  const [, , classes] = prediction.shape;
  const image = new ImageData(grid, grid);
  for (let i = 0; i < grid * grid; i++) {
    const logits = prediction.data.subarray(i * classes, (i + 1) * classes);
    const top = Math.max(...logits);
    const weights = Array.from(logits, (v) => Math.exp(v - top));
    const total = weights.reduce((a, b) => a + b, 0);
    for (let channel = 0; channel < 3; channel++) {
      const mixed =
        weights.reduce((sum, w, k) => sum + w * COLOURS[k % COLOURS.length]![channel]!, 0) / total;
      image.data[i * 4 + channel] = 255 - 0.45 * (255 - mixed);
    }
    image.data[i * 4 + 3] = 255;
  }
  const small = new OffscreenCanvas(grid, grid);
  small.getContext("2d")!.putImageData(image, 0, 0);
  const pen = context(canvas);
  pen.imageSmoothingEnabled = true;
  pen.drawImage(small, 0, 0, canvas.width, canvas.height);
  if (data.kind !== "classes") return;
  for (let i = 0; i < data.rows; i++) {
    pen.fillStyle = rgb(data.labels[i]!);
    pen.beginPath();
    const x = ((data.x[2 * i]! + 1.2) / 2.4) * canvas.width;
    const y = ((1.2 - data.x[2 * i + 1]!) / 2.4) * canvas.height;
    pen.arc(x, y, 2, 0, 2 * Math.PI);
    pen.fill();
  }
}

/** Losses by step on a logarithmic scale, a line a replica, each with its own dashes. */
export function drawCurves(
  canvas: HTMLCanvasElement,
  curves: readonly (readonly number[])[],
  steps: number,
): void {
  const pen = context(canvas);
  const { width, height } = canvas;
  const left = 44;
  const ink = getComputedStyle(canvas).color;
  const y = (loss: number): number => 8 + ((1 - Math.log10(Math.max(loss, 1e-4))) / 5) * (height - 30);
  pen.clearRect(0, 0, width, height);
  pen.font = "12px system-ui, sans-serif";
  pen.fillStyle = ink;
  pen.strokeStyle = ink;
  pen.lineWidth = 1;
  for (const tick of [10, 1, 0.1, 0.01, 0.001, 0.0001]) {
    pen.globalAlpha = 0.2;
    pen.setLineDash([]);
    pen.beginPath();
    pen.moveTo(left, y(tick));
    pen.lineTo(width, y(tick));
    pen.stroke();
    pen.globalAlpha = 0.8;
    pen.fillText(String(tick), 2, y(tick) + 4);
  }
  pen.fillText(`step ${steps}`, width - 70, height - 4);
  pen.globalAlpha = 1;
  pen.lineWidth = 1.5;
  for (const [r, curve] of curves.entries()) {
    pen.strokeStyle = rgb(r);
    pen.setLineDash([[], [6, 3], [2, 2]][r % 3]!);
    pen.beginPath();
    for (const [i, loss] of curve.entries()) pen.lineTo(left + (i / steps) * (width - left), y(loss));
    pen.stroke();
  }
}
