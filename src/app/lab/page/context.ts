import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Dictionary } from "../i18n/index.ts";
import type { Lab } from "./lab.ts";
import type { LabState } from "./state.ts";
import { useStore } from "./store.ts";

export const LabContext = createContext<Lab | undefined>(undefined);

export function useLab(): Lab {
  const lab = useContext(LabContext);
  if (lab === undefined) throw new Error("a component outside of the page");
  return lab;
}

export const useLabState = <S>(pick: (state: LabState) => S): S => useStore(useLab().state, pick);

export const useWords = (): Dictionary => useLabState(({ words }) => words);

/** Seconds in the page's words. */
export function useDuration(): (seconds: number) => string {
  const { time } = useWords();
  return (seconds) =>
    seconds < 90 ? time.seconds(Math.ceil(seconds)) : time.minutes(Math.ceil(seconds / 60));
}

/** Milliseconds that a rendering may be early or wait: together with a drawing it costs one frame, separately two. */
const [EARLY_MS, WAIT_MS] = [30, 300];

/** Renders again with the drawing, at most once in this many milliseconds. */
export function usePaint(everyMs: number): void {
  const lab = useLab();
  const [, render] = useState(0);
  useEffect(() => {
    let last = -Infinity;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const paint = (): void => {
      last = performance.now();
      clearTimeout(timer);
      timer = undefined;
      render((n) => n + 1);
    };
    const stop = lab.onPaint(() => {
      const early = last + everyMs - performance.now();
      if (early <= EARLY_MS) paint();
      else timer ??= setTimeout(paint, early + WAIT_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [lab, everyMs]);
}
