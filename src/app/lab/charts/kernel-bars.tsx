import { useEffect, useRef } from "preact/hooks";
import type { Kernels } from "../data/kernel-result.ts";
import { useLabState, useWords } from "../page/context.ts";
import { canvasColour } from "./strokes.ts";

const [ROW, LEFT, RIGHT] = [30, 110, 56];

/** Each activation's rate as a share of the copy's: forward, and forward with backward. */
export function KernelBars({ kernels }: { kernels: Kernels }) {
  const words = useWords().kernel;
  const theme = useLabState(() => document.documentElement.dataset["theme"]);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current!;
    const draw = (): void => paint(element, kernels);
    const resize = new ResizeObserver(draw);
    resize.observe(element.parentElement!);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    return () => {
      resize.disconnect();
      dark.removeEventListener("change", draw);
    };
  }, [kernels, theme]);
  return (
    <figure>
      <canvas id="kernel-bars" ref={canvas} role="img" aria-label={words.bars} />
      <figcaption>{words.bars}</figcaption>
    </figure>
  );
}

function paint(element: HTMLCanvasElement, { rows }: Kernels): void {
  const scale = devicePixelRatio;
  const width = element.parentElement!.clientWidth;
  const height = rows.length * ROW + 4;
  element.width = width * scale;
  element.height = height * scale;
  element.style.width = `${width}px`;
  element.style.height = `${height}px`;
  const pen = element.getContext("2d")!;
  pen.scale(scale, scale);
  const colour = (name: string): string => canvasColour(`var(${name})`, element.parentElement!);
  pen.fillStyle = colour("--raised");
  pen.fillRect(0, 0, width, height);
  pen.font = "12px system-ui, sans-serif";
  pen.textBaseline = "middle";
  const most = Math.max(1, ...rows.flatMap((r) => [r.forward?.ofCopy ?? 0, r.forwardBackward?.ofCopy ?? 0]));
  const room = width - LEFT - RIGHT;
  for (const [i, { name, forward, forwardBackward }] of rows.entries()) {
    const y = i * ROW + 4;
    pen.fillStyle = colour("--ink");
    pen.fillText(name.length > 15 ? `${name.slice(0, 14)}…` : name, 4, y + ROW / 2 - 3);
    for (const [k, timing] of [forward, forwardBackward].entries()) {
      if (timing === undefined) continue;
      const length = (timing.ofCopy / most) * room;
      pen.fillStyle = colour(k === 0 ? "--series-0" : "--series-1");
      pen.fillRect(LEFT, y + k * 12, length, 10);
      pen.fillStyle = colour("--ink");
      pen.fillText(`${Math.round(timing.ofCopy * 100)} %`, LEFT + length + 4, y + k * 12 + 6);
    }
  }
}
