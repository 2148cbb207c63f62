import type { ActivationsResult, Timing } from "../../bench/activations/result.ts";
import type { BenchResult } from "../../bench/result.ts";
import { quartiles } from "../../src/core/statistics.ts";
import type { TrainingResult } from "../../bench/training/result.ts";
import { trainingRow } from "../../bench/training/train.ts";

const timing = (ms: number, bytes: number): Timing => {
  const samplesMs = [ms * 0.9, ms, ms * 1.2];
  return {
    samplesMs,
    ms: quartiles(samplesMs)!,
    runs: 8,
    bytes,
    gbPerSecond: bytes / ms / 1e6,
    ofCopy: 4 / ms,
  };
};

const names = ["identity", "relu", "gelu", "exp"];

/** A result with everything that one can contain: several sizes, three seeds, one activation that diverged. */
export function sampleResult(): BenchResult & {
  readonly results: { readonly activations: ActivationsResult; readonly training: TrainingResult };
} {
  const losses = (i: number): number[][] =>
    [0, 1, 2].map((seed) =>
      Array.from({ length: 60 }, (_, step) => 2.3 / (1 + step * (0.1 + 0.02 * i)) + seed / 100),
    );
  const submits = [1, 2, 4, 8, 8, 8, 8, 8, 8, 5].map((steps) => ({ steps, ms: steps * 12 }));
  const rows = names.map((name, i) => {
    const all = losses(i).map((replica, seed) =>
      replica.map((l, s) => (name === "exp" && seed === 1 && s > 30 ? NaN : l)),
    );
    const evaluation = {
      loss: [0.3, name === "exp" ? NaN : 0.31, 0.32],
      accuracy: [0.9 + i / 100, 0.91, 0.92],
    };
    const fitted = { losses: all, steps: 60, seconds: 1.5 };
    return trainingRow(name, fitted, evaluation, submits, { lastSteps: 50, images: 384 });
  });
  return {
    format: "actigrad-bench-2",
    complete: true,
    date: "2026-03-04T15:16:17.890Z",
    host: "Chrome 149.0.1.2 headless",
    adapter: { vendor: "google", architecture: "swiftshader", description: "", software: true },
    options: {
      quick: false,
      suites: {
        activations: { activations: names, elements: [1 << 20, 1 << 22], rounds: 3, sampleMs: 50 },
        training: {
          activations: names,
          dataset: "mnist",
          layers: [128, 64],
          batch: 128,
          lr: 0.001,
          seeds: [0, 1, 2],
          epochs: 1,
        },
      },
    },
    seconds: 185.4,
    results: {
      activations: {
        rounds: 3,
        sampleMs: 50,
        sizes: [1 << 20, 1 << 22].map((elements, size) => ({
          elements,
          waitMs: 0.4,
          copy: timing(4, elements * 8),
          rows: names.map((name, i) => ({
            name,
            forward: timing(4 + i * 3, elements * 8),
            forwardBackward: timing(11 + i * 7, elements * 20),
            exactness: { checked: 16_384, forwardUlp: 1, backwardUlp: 3 },
            transcendentals: i < 2 ? 0 : 1,
            operations: 2 + 9 * i,
            ...(size === 0 ? { compile: { forwardMs: 40 + i, backwardMs: 50 + i } } : {}),
            besideRelu: {
              forward: { median: 0.5 + i, low: 0.4 + i, high: 0.6 + i },
              forwardBackward: { median: 0.25 + i, low: 0.2 + i, high: 0.3 + i },
            },
          })),
        })),
      },
      training: {
        dataset: "mnist",
        trainRows: 60_000,
        testRows: 10_000,
        sizes: [784, 128, 64, 10],
        batch: 128,
        lr: 0.001,
        seeds: [0, 1, 2],
        steps: 60,
        lastSteps: 50,
        rows,
      },
    },
  };
}
