import { checkCount, checkNumber } from "../core/check.ts";
import { ActigradError, checkOptions } from "../core/errors.ts";
import type { Schedule } from "./schedule.ts";

/**
 * lr * gamma^floor(t / stepSize), t counting updates from 0.
 * @throws ActigradError "option" for values out of range
 */
export function stepDecay(options: { stepSize: number; gamma?: number }): Schedule {
  checkOptions("stepDecay", options, ["stepSize", "gamma"]);
  const { stepSize, gamma = 0.1 } = options;
  checkCount("stepSize", stepSize);
  checkNumber("gamma", gamma, { from: 0 });
  return { name: "step", lr: (base, t) => base * gamma ** Math.floor(t / stepSize) };
}

/**
 * lr * gamma^(milestones reached)
 * @throws ActigradError "option" for values out of range
 */
export function multiStep(options: { milestones: readonly number[]; gamma?: number }): Schedule {
  checkOptions("multiStep", options, ["milestones", "gamma"]);
  const { milestones, gamma = 0.1 } = options;
  for (const milestone of milestones) checkCount("milestones", milestone, 0);
  checkNumber("gamma", gamma, { from: 0 });
  return { name: "multistep", lr: (base, t) => base * gamma ** milestones.filter((m) => m <= t).length };
}

/**
 * lr * gamma^t
 * @throws ActigradError "option" for values out of range
 */
export function exponential(options: { gamma: number }): Schedule {
  checkOptions("exponential", options, ["gamma"]);
  const { gamma } = options;
  checkNumber("gamma", gamma, { from: 0 });
  return { name: "exponential", lr: (base, t) => base * gamma ** t };
}

/**
 * Half a cosine from lr down to etaMin in tMax steps, and up again. Loshchilov, Hutter 2017.
 * @throws ActigradError "option" for values out of range
 */
export function cosine(options: { tMax: number; etaMin?: number }): Schedule {
  checkOptions("cosine", options, ["tMax", "etaMin"]);
  const { tMax, etaMin = 0 } = options;
  checkCount("tMax", tMax);
  checkNumber("etaMin", etaMin, { from: 0 });
  return { name: "cosine", lr: (base, t) => cosineFrom(base, etaMin, t / tMax) };
}

/** From `from` (share 0) to `to` (share 1) along half a cosine. */
const cosineFrom = (from: number, to: number, share: number): number =>
  to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;

/**
 * Half a cosine in t0 steps, then restarts, each time tMult times as long. Loshchilov, Hutter 2017.
 * @throws ActigradError "option" for values out of range
 */
export function cosineRestarts(options: { t0: number; tMult?: number; etaMin?: number }): Schedule {
  checkOptions("cosineRestarts", options, ["t0", "tMult", "etaMin"]);
  const { t0, tMult = 1, etaMin = 0 } = options;
  checkCount("t0", t0);
  checkCount("tMult", tMult);
  checkNumber("etaMin", etaMin, { from: 0 });
  return {
    name: "cosine_restarts",
    lr(base, t) {
      // Closed forms, so that step 10^9 costs no more than step 1.
      const cycle = tMult === 1 ? Math.floor(t / t0) : Math.floor(logOf(1 + (t / t0) * (tMult - 1), tMult));
      const start = tMult === 1 ? cycle * t0 : (t0 * (tMult ** cycle - 1)) / (tMult - 1);
      return cosineFrom(base, etaMin, (t - start) / (t0 * tMult ** cycle));
    },
  };
}

/** Logarithm to a whole base, exact if the result is whole. */
function logOf(x: number, base: number): number {
  const log = Math.log(x) / Math.log(base);
  const whole = Math.round(log);
  return base ** whole === x ? whole : log;
}

/**
 * From lr * startFactor to lr * endFactor in totalIters steps.
 * @throws ActigradError "option" for values out of range
 */
export function linearRamp(
  options: { startFactor?: number; endFactor?: number; totalIters?: number } = {},
): Schedule {
  checkOptions("linearRamp", options, ["startFactor", "endFactor", "totalIters"]);
  const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = options;
  checkNumber("startFactor", startFactor, { from: 0 });
  checkNumber("endFactor", endFactor, { from: 0 });
  checkCount("totalIters", totalIters);
  return {
    name: "linear",
    lr: (base, t) => base * (startFactor + (endFactor - startFactor) * Math.min(1, t / totalIters)),
  };
}

/**
 * lr * (1 - t / totalIters)^power, then 0.
 * @throws ActigradError "option" for values out of range
 */
export function polynomial(options: { totalIters: number; power?: number }): Schedule {
  checkOptions("polynomial", options, ["totalIters", "power"]);
  const { totalIters, power = 1 } = options;
  checkCount("totalIters", totalIters);
  checkNumber("power", power, { from: 0 });
  return { name: "polynomial", lr: (base, t) => base * Math.max(0, 1 - t / totalIters) ** power };
}

/** Options of `oneCycle`. */
export interface OneCycleOptions {
  readonly totalSteps: number;
  /** The highest learning rate. Default: the optimizer's own. */
  readonly maxLr?: number;
  /** Share of the steps with a rising learning rate. Default 0.3. */
  readonly pctStart?: number;
  readonly anneal?: "cos" | "linear";
  /** maxLr divided by the first learning rate. Default 25. */
  readonly divFactor?: number;
  /** The first learning rate divided by the last. Default 1e4. */
  readonly finalDivFactor?: number;
  /** Moves the momentum (beta1) in the opposite direction, from maxMomentum to baseMomentum and back. Default true. */
  readonly cycleMomentum?: boolean;
  readonly baseMomentum?: number;
  readonly maxMomentum?: number;
}

/**
 * Up to the highest learning rate, then down to almost nothing. Smith, Topin 2018; in PyTorch's form.
 * @throws ActigradError "option" for values out of range
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  checkOptions("oneCycle", options, [
    "totalSteps",
    "maxLr",
    "pctStart",
    "anneal",
    "divFactor",
    "finalDivFactor",
    "cycleMomentum",
    "baseMomentum",
    "maxMomentum",
  ]);
  const { totalSteps, pctStart = 0.3, anneal = "cos", divFactor = 25, finalDivFactor = 1e4 } = options;
  const { maxLr, cycleMomentum = true, baseMomentum = 0.85, maxMomentum = 0.95 } = options;
  checkCount("totalSteps", totalSteps, 2);
  checkNumber("pctStart", pctStart, { above: 0, below: 1 });
  if (maxLr !== undefined) checkNumber("maxLr", maxLr, { from: 0 });
  if (anneal !== "cos" && anneal !== "linear")
    throw new ActigradError("option", `anneal must be cos or linear, got "${String(anneal)}"`);
  checkNumber("baseMomentum", baseMomentum, { from: 0, below: 1 });
  checkNumber("maxMomentum", maxMomentum, { from: 0, below: 1 });
  for (const [name, value] of Object.entries({ divFactor, finalDivFactor }))
    checkNumber(name, value, { above: 0 });
  const [top, last] = [pctStart * totalSteps - 1, totalSteps - 1];
  const between = (from: number, to: number, share: number): number =>
    anneal === "cos" ? cosineFrom(from, to, share) : from + (to - from) * share;
  // At the top the descent begins, so that an ascent of zero steps is never used.
  const at = (t: number, start: number, peak: number, end: number): number =>
    t < top ? between(start, peak, t / top) : between(peak, end, Math.min(1, (t - top) / (last - top || 1)));
  return {
    name: "onecycle",
    lr(base, t) {
      const peak = maxLr ?? base;
      return at(t, peak / divFactor, peak, peak / divFactor / finalDivFactor);
    },
    ...(cycleMomentum && {
      momentum: (_: number, t: number) => at(t, maxMomentum, baseMomentum, maxMomentum),
    }),
  };
}

/**
 * lr * (t + 1) / steps in the first `steps` steps, then another schedule from its start, or lr itself.
 * @throws ActigradError "option" for values out of range
 */
export function warmup(steps: number, then?: Schedule): Schedule {
  checkCount("warmup", steps, 0);
  const { momentum, watch } = then ?? {};
  return {
    name: then === undefined ? "warmup" : `warmup, ${then.name}`,
    lr: (base, t, r) => (t < steps ? (base * (t + 1)) / steps : (then?.lr(base, t - steps, r) ?? base)),
    ...(momentum && { momentum: (base: number, t: number) => momentum(base, Math.max(0, t - steps)) }),
    ...(watch && { watch }),
  };
}
