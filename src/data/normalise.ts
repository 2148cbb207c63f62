/** Normalises numbers to mean 0 and standard deviation 1, by statistics of the training rows only. */
import { sampleSize, type Normalise, type Numbers, type RawDataset } from "./dataset.ts";

/** The conventional statistics of a set of byte images, after division by 255, to four decimals. */
export interface ByteStatistics {
  readonly mean: number;
  readonly std: number;
}

/**
 * Mean and population standard deviation of bytes / 255, rounded to four decimals as is customary: 0.1307 and 0.3081 for MNIST's
 * training images, 0.2860 and 0.3530 for Fashion-MNIST's.
 */
export function byteStatistics(bytes: Uint8Array): ByteStatistics {
  // From a histogram, so that the sums are exact.
  const counts = new Float64Array(256);
  for (const byte of bytes) counts[byte]!++;
  const mean = counts.reduce((sum, count, byte) => sum + count * byte, 0) / bytes.length;
  const variance = counts.reduce((sum, count, byte) => sum + count * (byte - mean) ** 2, 0) / bytes.length;
  const round = (value: number): number => Math.round((value / 255) * 1e4) / 1e4;
  return { mean: round(mean), std: round(Math.sqrt(variance)) };
}

/** `(byte / 255 - mean) / std` as scale and shift; a std of 0 (all bytes equal) counts as 1. */
export function normaliseBytes({ mean, std }: ByteStatistics): Normalise {
  const divisor = std === 0 ? 1 : std;
  return { scale: 1 / (255 * divisor), shift: -mean / divisor };
}

/** What to subtract from each column, and what to divide it by afterwards: [columns] each. */
export interface Standardisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * Mean and population standard deviation of each column of `values`, [rows, columns]; a std of 0 becomes 1. The first row is
 * subtracted before summing, so that a column far from 0 keeps its digits and a constant one has no spread.
 */
export function measureColumns(values: Numbers, columns: number): Standardisation {
  const rows = values.length / columns;
  const sum = new Array<number>(columns).fill(0);
  const reach = new Array<number>(columns).fill(0);
  for (let i = 0; i < values.length; i++) {
    const c = i % columns;
    const off = values[i]! - values[c]!;
    sum[c]! += off;
    reach[c] = Math.max(reach[c]!, Math.abs(off));
  }
  const mean = sum.map((total, c) => values[c]! + total / rows);
  // In units of the range: the square of a tiny number would be 0.
  const variance = new Array<number>(columns).fill(0);
  for (let i = 0; i < values.length; i++) {
    const c = i % columns;
    variance[c]! += ((values[i]! - mean[c]!) / (reach[c]! || 1)) ** 2 / rows;
  }
  const std = variance.map((v, c) => (reach[c] === 0 ? 1 : reach[c]! * Math.sqrt(v)));
  return { mean, std };
}

/**
 * `(value - mean) / std` by column, [rows, columns], computed in float64 and rounded once. A network trained on scaled features
 * (`standardise`) expects rows scaled like this.
 */
export function standardiseColumns(values: Numbers, { mean, std }: Standardisation): Float32Array {
  const columns = mean.length;
  const out = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = (values[i]! - mean[i % columns]!) / std[i % columns]!;
  return out;
}

/** Reverses `standardiseColumns`: [rows, columns] numbers in their own units. */
export function restoreColumns(values: ArrayLike<number>, { mean, std }: Standardisation): Float64Array {
  const columns = mean.length;
  return Float64Array.from(values, (value, i) => value * std[i % columns]! + mean[i % columns]!);
}

/** Mean and population standard deviation of each feature. */
export function measureFeatures(dataset: RawDataset): Standardisation {
  return measureColumns(dataset.x, sampleSize(dataset));
}
