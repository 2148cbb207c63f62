/** Features brought to mean 0 and standard deviation 1, by figures taken from the training rows alone. */
import { sampleSize, type Dataset, type Normalise } from "./dataset.ts";

/** The conventional figures of a set of byte images, after division by 255, to four decimals. */
export interface ByteStatistics {
  readonly mean: number;
  readonly std: number;
}

/**
 * Mean and population standard deviation of bytes / 255, rounded to four decimals, as such figures are passed on:
 * MNIST's training images give 0.1307 and 0.3081, Fashion-MNIST's 0.2860 and 0.3530.
 */
export function byteStatistics(bytes: Uint8Array): ByteStatistics {
  // By a histogram, so that the sums are exact.
  const counts = new Float64Array(256);
  for (const byte of bytes) counts[byte]!++;
  const mean = counts.reduce((sum, count, byte) => sum + count * byte, 0) / bytes.length;
  const variance = counts.reduce((sum, count, byte) => sum + count * (byte - mean) ** 2, 0) / bytes.length;
  const round = (value: number): number => Math.round((value / 255) * 1e4) / 1e4;
  return { mean: round(mean), std: round(Math.sqrt(variance)) };
}

/** `(byte / 255 - mean) / std` as scale and shift; a std of 0 (all bytes alike) counts as 1. */
export function normaliseBytes({ mean, std }: ByteStatistics): Normalise {
  const divisor = std === 0 ? 1 : std;
  return { scale: 1 / (255 * divisor), shift: -mean / divisor };
}

/** What was subtracted from each feature, and what it was then divided by: [features] each. */
export interface Standardisation {
  readonly mean: Float32Array;
  readonly std: Float32Array;
}

/** Mean and population standard deviation of each feature (two passes, float64); a std of 0 is given as 1. */
export function measureFeatures(dataset: Dataset): Standardisation {
  const size = sampleSize(dataset);
  const mean = new Float64Array(size);
  const variance = new Float64Array(size);
  const { x, rows } = dataset;
  for (let i = 0; i < x.length; i++) mean[i % size]! += x[i]! / rows;
  for (let i = 0; i < x.length; i++) variance[i % size]! += (x[i]! - mean[i % size]!) ** 2 / rows;
  // Differences below float32's resolution are rounding, not information: such a column counts as constant.
  const std = variance.map((v, j) => (v <= (1e-7 * mean[j]!) ** 2 ? 1 : Math.sqrt(v)));
  return { mean: Float32Array.from(mean), std: Float32Array.from(std) };
}

/** A copy of the dataset whose features are `(x - mean) / std` (of the bytes' own values, where x is bytes). */
export function standardise<D extends Dataset>(dataset: D, { mean, std }: Standardisation): D {
  const x = new Float32Array(dataset.x.length);
  for (let i = 0; i < x.length; i++) x[i] = (dataset.x[i]! - mean[i % mean.length]!) / std[i % std.length]!;
  const { normalise: _, ...rest } = dataset;
  return { ...(rest as D), x };
}
