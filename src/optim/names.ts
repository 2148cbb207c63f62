import { type NamedMaker, named } from "../core/options.ts";
import { adadelta } from "./adadelta.ts";
import { adagrad } from "./adagrad.ts";
import { adam, adamW } from "./adam.ts";
import { adamax } from "./adamax.ts";
import { lion } from "./lion.ts";
import { nadam } from "./nadam.ts";
import type { Optimizer, OptimizerOptions } from "./optimizer.ts";
import { reduceOnPlateau } from "./plateau.ts";
import { rmsProp } from "./rmsprop.ts";
import type { Schedule } from "./schedule.ts";
import * as s from "./schedules.ts";
import { sgd } from "./sgd.ts";

const number = { kind: "number" } as const;
const whole = { kind: "number", whole: true } as const;
/** No default here; the caller derives one from the length of the training. */
const length = { ...whole, required: true } as const;
const flag = { kind: "flag" } as const;
const betas = { betas: { kind: "numbers", min: 0, below: 1, most: 2 } } as const;
const moments = { ...betas, eps: number } as const;

const optimizerTable = {
  sgd: { options: { momentum: number, dampening: number, nesterov: flag }, make: sgd },
  rmsprop: { options: { alpha: number, eps: number, momentum: number, centered: flag }, make: rmsProp },
  adagrad: { options: { lrDecay: number, initialAccumulator: number, eps: number }, make: adagrad },
  adam: { options: { ...moments, amsgrad: flag }, make: adam },
  adamw: { options: { ...moments, amsgrad: flag }, make: adamW },
  adadelta: { options: { rho: number, eps: number }, make: adadelta },
  adamax: { options: moments, make: adamax },
  nadam: { options: { ...moments, momentumDecay: number }, make: nadam },
  lion: { options: betas, make: lion },
} as const satisfies Record<string, NamedMaker<OptimizerOptions, Optimizer>>;

/** Name of an optimizer. */
export type OptimizerName = keyof typeof optimizerTable;

/** Optimizers by the names used on command lines and in files, each with its own options besides the shared ones. */
export const optimizers: Readonly<Record<OptimizerName, NamedMaker<OptimizerOptions, Optimizer>>> =
  optimizerTable;

const scheduleTable = {
  step: named({ stepSize: length, gamma: number }, s.stepDecay),
  multistep: named(
    { milestones: { kind: "numbers", whole: true, required: true }, gamma: number },
    s.multiStep,
  ),
  exponential: named({ gamma: { ...number, required: true } }, s.exponential),
  cosine: named({ tMax: length, etaMin: number }, s.cosine),
  cosine_restarts: named({ t0: length, tMult: whole, etaMin: number }, s.cosineRestarts),
  linear: named({ startFactor: number, endFactor: number, totalIters: length }, s.linearRamp),
  polynomial: named({ totalIters: length, power: number }, s.polynomial),
  onecycle: named(
    {
      totalSteps: length,
      maxLr: number,
      pctStart: number,
      anneal: { kind: "word", choices: ["cos", "linear"] },
      divFactor: number,
      finalDivFactor: number,
      cycleMomentum: flag,
      baseMomentum: number,
      maxMomentum: number,
    },
    s.oneCycle,
  ),
  plateau: named(
    { factor: number, patience: whole, threshold: number, cooldown: whole, minLr: number },
    reduceOnPlateau,
  ),
};

/** Name of a schedule. */
export type ScheduleName = keyof typeof scheduleTable;

/** Schedules by name, with their options. */
export const schedules: Readonly<Record<ScheduleName, NamedMaker<object, Schedule>>> = scheduleTable;
