import { useMemo, useRef } from "preact/hooks";
import { splineSpec } from "../../../activations/spline.ts";
import { useStroke } from "../charts/strokes.ts";
import { type Point, REACH, moved, pointsOf } from "../data/spline-points.ts";
import { splineFunction } from "../data/spline-wgsl.ts";
import { useLab, useLabState, useWords } from "../page/context.ts";
import { useCopy } from "./copy.tsx";

const SIDE = 260;
const SAMPLES = 161;
/** How far an arrow key moves a point. */
const PRESS = 0.1;

const px = (x: number): number => ((x / REACH + 1) * SIDE) / 2;

/** A curve with draggable points, also while its networks train. */
export default function Bend({ place }: { place: number }) {
  const lab = useLab();
  const words = useWords().bend;
  const text = useLabState(({ setup }) => setup.activations[place]) ?? "";
  const { colour } = useStroke(text);
  const svg = useRef<SVGSVGElement>(null);
  const [copy, copied] = useCopy();
  const points = pointsOf(text);
  const monotone = /,monotone(,|$)/.test(text);
  const path = useMemo(() => (points === undefined ? "" : pathOf(points, monotone)), [text]);
  if (points === undefined) return null;
  const bend = (at: number, to: Point): void => lab.bend(place, moved(points, at, to));
  const drag =
    (at: number) =>
    ({ buttons, clientX, clientY }: PointerEvent): void => {
      if (buttons !== 1 || svg.current === null) return;
      const { left, top, width, height } = svg.current.getBoundingClientRect();
      bend(at, [(((clientX - left) / width) * 2 - 1) * REACH, -(((clientY - top) / height) * 2 - 1) * REACH]);
    };
  const keys: Readonly<Record<string, Point>> = {
    ArrowLeft: [-PRESS, 0],
    ArrowRight: [PRESS, 0],
    ArrowUp: [0, PRESS],
    ArrowDown: [0, -PRESS],
  };
  return (
    <section class="bend" aria-label={words.title}>
      <p class="hint">{words.about}</p>
      <svg ref={svg} class="shape" viewBox={`0 0 ${SIDE} ${SIDE}`}>
        <path class="axis" d={`M0 ${SIDE / 2}H${SIDE}M${SIDE / 2} 0V${SIDE}`} />
        <path class="f" style={{ stroke: colour }} d={path} />
        {points.map(([x, y], at) => (
          <circle
            key={at}
            class="handle"
            style={{ fill: colour }}
            cx={px(x)}
            cy={px(-y)}
            r="8"
            tabindex={0}
            role="slider"
            aria-label={words.point(at + 1, points.length)}
            aria-valuemin={-REACH}
            aria-valuemax={REACH}
            aria-valuenow={y}
            aria-valuetext={`x ${x}, y ${y}`}
            onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
            onPointerMove={drag(at)}
            onKeyDown={(event) => {
              const by = keys[event.key];
              if (by === undefined) return;
              event.preventDefault();
              bend(at, [x + by[0], y + by[1]]);
            }}
          />
        ))}
      </svg>
      <div class="buttons">
        <button type="button" id="bend-formula" onClick={() => void copy(text, words.copied)}>
          {words.formula}
        </button>
        <button
          type="button"
          id="bend-wgsl"
          onClick={() => void copy(splineFunction(points, monotone), words.copied)}
        >
          {words.wgsl}
        </button>
      </div>
      {copied}
    </section>
  );
}

/** Drawn by the engine's float64 spline. */
function pathOf(points: readonly Point[], monotone: boolean): string {
  const { f } = splineSpec({ count: points.length, monotone }, points.flat());
  const values = Object.fromEntries(
    points.flatMap(([x, y], i) => [[`x${i}`, x] as const, [`y${i}`, y] as const]),
  );
  return Array.from({ length: SAMPLES }, (_, i) => {
    const x = REACH * ((2 * i) / (SAMPLES - 1) - 1);
    const y = Math.max(-2 * REACH, Math.min(2 * REACH, f(x, values)));
    return `${i === 0 ? "M" : "L"}${px(x).toFixed(1)} ${px(-y).toFixed(1)}`;
  }).join("");
}
