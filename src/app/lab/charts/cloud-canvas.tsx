import { useEffect, useRef, useState } from "preact/hooks";
import { useLab, useLabState, useWords } from "../page/context.ts";

/** Rotation in radians per second, and per press of an arrow key. */
const [SPIN, PRESS] = [0.35, 0.15];

/** The cloud as drawn by the worker's GPU; here it is only rotated. */
export function CloudCanvas() {
  const lab = useLab();
  const words = useWords().space;
  const canvas = useRef<HTMLCanvasElement>(null);
  const still = useRef(matchMedia("(prefers-reduced-motion: reduce)").matches);
  const angles = useRef<[number, number]>([0.6, 0.35]);
  const software = useLabState(({ gpu }) => gpu.kind !== "ready" || gpu.adapter.software);
  const [wish, setWish] = useState<boolean>();
  const spinning = wish ?? (!still.current && !software); // on a software adapter it would slow the training
  const turn = (by: number, tilt: number): void => {
    const [a, b] = angles.current;
    angles.current = [a + by, Math.max(-1.5, Math.min(1.5, b + tilt))];
    lab.send({ kind: "turn", angles: angles.current });
  };
  useEffect(
    () =>
      lab.onEvent((event) => {
        if (event.kind !== "cloud" || canvas.current === null) return;
        const { side, pixels } = event;
        if (canvas.current.width !== side) canvas.current.width = canvas.current.height = side;
        canvas.current.getContext("2d")!.putImageData(new ImageData(pixels, side, side), 0, 0);
      }),
    [lab],
  );
  useEffect(() => {
    if (!spinning) return;
    const everyMs = software ? 100 : 33;
    const timer = setInterval(() => document.hidden || turn((SPIN * everyMs) / 1000, 0), everyMs);
    return () => clearInterval(timer);
  }, [spinning, software]);
  const keys: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [-PRESS, 0],
    ArrowRight: [PRESS, 0],
    ArrowUp: [0, -PRESS],
    ArrowDown: [0, PRESS],
  };
  return (
    <>
      <canvas
        class="cloud"
        ref={canvas}
        role="img"
        tabIndex={0}
        aria-label={words.cloud}
        onPointerMove={({ buttons, movementX, movementY }) => {
          if (buttons === 1) turn(movementX / 120, movementY / 120);
        }}
        onKeyDown={(event) => {
          const by = keys[event.key];
          if (by === undefined) return;
          event.preventDefault();
          turn(...by);
        }}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={spinning}
          onChange={({ currentTarget }) => setWish(currentTarget.checked)}
        />
        {words.spin}
      </label>
    </>
  );
}
