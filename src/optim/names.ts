import type { NamedMaker } from "../core/choice.ts";
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

const betas = { beta1: "number", beta2: "number" } as const;
const moments = { ...betas, eps: "number" } as const;

const optimizerTable = {
  sgd: { options: { momentum: "number", dampening: "number", nesterov: "flag" }, make: sgd },
  rmsprop: {
    options: { alpha: "number", eps: "number", momentum: "number", centered: "flag" },
    make: rmsProp,
  },
  adagrad: { options: { lrDecay: "number", initialAccumulator: "number", eps: "number" }, make: adagrad },
  adam: { options: { ...moments, amsgrad: "flag" }, make: adam },
  adamw: { options: { ...moments, amsgrad: "flag" }, make: adamW },
  adadelta: { options: { rho: "number", eps: "number" }, make: adadelta },
  adamax: { options: moments, make: adamax },
  nadam: { options: { ...moments, momentumDecay: "number" }, make: nadam },
  lion: { options: betas, make: lion },
} as const satisfies Record<string, NamedMaker<OptimizerOptions, Optimizer>>;

/** A name of an optimizer. */
export type OptimizerName = keyof typeof optimizerTable;

/** Optimizers by the names that command lines and files use, with the options that each has beside those of all. */
export const optimizers: Readonly<Record<OptimizerName, NamedMaker<OptimizerOptions, Optimizer>>> =
  optimizerTable;

const scheduleTable = {
  step: { options: { stepSize: "number", gamma: "number" }, make: s.stepDecay },
  multistep: { options: { milestones: "numbers", gamma: "number" }, make: s.multiStep },
  exponential: { options: { gamma: "number" }, make: s.exponential },
  cosine: { options: { tMax: "number", etaMin: "number" }, make: s.cosine },
  cosine_restarts: { options: { t0: "number", tMult: "number", etaMin: "number" }, make: s.cosineRestarts },
  linear: {
    options: { startFactor: "number", endFactor: "number", totalIters: "number" },
    make: s.linearRamp,
  },
  polynomial: { options: { totalIters: "number", power: "number" }, make: s.polynomial },
  onecycle: {
    options: {
      totalSteps: "number",
      maxLr: "number",
      pctStart: "number",
      anneal: "word",
      divFactor: "number",
      finalDivFactor: "number",
      cycleMomentum: "flag",
      baseMomentum: "number",
      maxMomentum: "number",
    },
    make: s.oneCycle,
  },
  plateau: {
    options: {
      factor: "number",
      patience: "number",
      threshold: "number",
      cooldown: "number",
      minLr: "number",
    },
    make: reduceOnPlateau,
  },
} as const satisfies Record<string, NamedMaker<object, Schedule>>;

/** A name of a schedule. */
export type ScheduleName = keyof typeof scheduleTable;

/** Schedules by name, with their options. */
export const schedules: Readonly<Record<ScheduleName, NamedMaker<object, Schedule>>> = scheduleTable;
