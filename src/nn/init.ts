import { type Activation, resolveParams } from "../activations/activation.ts";
import { normal, streamOf, uniform } from "../core/random.ts";

/** Fan-in and fan-out of a weight matrix: units before and after. */
export interface Fan {
  readonly in: number;
  readonly out: number;
}

/** Values for one parameter, from a seed and the parameter's name: the same for every device and replica. */
export type Initializer = (seed: number, name: string, fan: Fan, count: number) => Float32Array;

/** Which fan the variance is divided by: "in" keeps that of the signals, "out" that of the gradients. */
export type FanMode = "in" | "out";

/** N(0, gain^2 / fan). With gain sqrt(2) it keeps the variance through ReLU. He et al. 2015; PyTorch's kaiming_normal. */
export const heNormal =
  (gain = Math.SQRT2, mode: FanMode = "in"): Initializer =>
  (seed, name, fan, count) =>
    normal(seed, streamOf(name), count).map((v) => v * (gain / Math.sqrt(fan[mode])));

/** U(-b, b), b = gain * sqrt(3 / fan): the variance of `heNormal`. PyTorch's kaiming_uniform. */
export const heUniform =
  (gain = Math.SQRT2, mode: FanMode = "in"): Initializer =>
  (seed, name, fan, count) =>
    evenly(seed, name, count, gain * Math.sqrt(3 / fan[mode]));

/** N(0, gain^2 * 2 / (fan_in + fan_out)). Glorot, Bengio 2010; PyTorch's xavier_normal. */
export const glorotNormal =
  (gain = 1): Initializer =>
  (seed, name, fan, count) =>
    normal(seed, streamOf(name), count).map((v) => v * gain * Math.sqrt(2 / (fan.in + fan.out)));

/** U(-b, b), b = gain * sqrt(6 / (fan_in + fan_out)). Glorot, Bengio 2010; PyTorch's xavier_uniform. */
export const glorotUniform =
  (gain = 1): Initializer =>
  (seed, name, fan, count) =>
    evenly(seed, name, count, gain * Math.sqrt(6 / (fan.in + fan.out)));

/** N(0, 1 / fan_in). LeCun et al. 1998; what self-normalising networks need. */
export const lecunNormal = (): Initializer => heNormal(1);

/** U(-b, b), b = sqrt(3 / fan_in). LeCun et al. 1998. */
export const lecunUniform = (): Initializer => heUniform(1);

/** N(0, std^2), drawn again beyond `limit` standard deviations; by default std = 1 / sqrt(fan_in). */
export const truncatedNormal =
  ({ std, limit = 2 }: { std?: number; limit?: number } = {}): Initializer =>
  (seed, name, fan, count) => {
    const scale = std ?? 1 / Math.sqrt(fan.in);
    const kept = new Float32Array(count);
    // Each round has a stream of its own; half of all numbers lie within 0.67, so that even a narrow limit ends soon.
    for (let [found, round] = [0, 0]; found < count; round++) {
      for (const v of normal(seed, streamOf(`${name}#${round}`), count)) {
        if (Math.abs(v) <= limit && found < count) kept[found++] = v * scale;
      }
    }
    return kept;
  };

/** Orthonormal rows or columns, whichever are fewer, times `gain`. Saxe, McClelland, Ganguli 2014. */
export const orthogonal =
  (gain = 1): Initializer =>
  (seed, name, fan, count) => {
    const length = Math.max(fan.out, count / fan.out);
    const vectors: Float64Array[] = [];
    const drawn = normal(seed, streamOf(name), count);
    for (let i = 0; i < count / length; i++) {
      const v = Float64Array.from(drawn.subarray(i * length, (i + 1) * length));
      // Twice is enough (Kahan, Parlett): the second pass takes away what rounding left in the first.
      for (const u of [...vectors, ...vectors]) {
        const along = v.reduce((sum, x, j) => sum + x * u[j]!, 0);
        for (let j = 0; j < length; j++) v[j]! -= along * u[j]!;
      }
      const norm = Math.hypot(...chunked(v));
      vectors.push(v.map((x) => x / norm));
    }
    const few = fan.out <= count / fan.out; // then a vector is a unit's row of weights, else an input's column
    return Float32Array.from({ length: count }, (_, i) => {
      const [row, column] = few
        ? [i % fan.out, Math.floor(i / fan.out)]
        : [Math.floor(i / fan.out), i % fan.out];
      return gain * vectors[row]![column]!;
    });
  };

/** Sums of squares of parts, as lengths: a call takes no more arguments than the stack holds. */
function chunked(v: Float64Array): number[] {
  const lengths: number[] = [];
  for (let i = 0; i < v.length; i += 1000) lengths.push(Math.hypot(...v.subarray(i, i + 1000)));
  return lengths;
}

export const zeros: Initializer = (_seed, _name, _fan, count) => new Float32Array(count);

/** U(-bound, bound) */
const evenly = (seed: number, name: string, count: number, bound: number): Float32Array =>
  uniform(seed, streamOf(name), count).map((v) => (2 * v - 1) * bound);

/**
 * The factor on the standard deviation 1 / sqrt(fan) of the weights before an activation: the record's, or what keeps the
 * second moment of signals, 1 / sqrt(E f(z)^2) for standard normal z, where it has none.
 */
export function gainOf(record: Activation): number {
  const params = resolveParams(record);
  const known = record.gain?.(params);
  if (known !== undefined) return known;
  // The trapezoidal rule converges fast here; beyond 8 the weight is 1e-14.
  let moment = 0;
  for (let z = -8; z <= 8; z += 1 / 64) moment += record.f(z, params) ** 2 * Math.exp((-z * z) / 2);
  const gain = 1 / Math.sqrt(moment / 64 / Math.sqrt(2 * Math.PI));
  return Number.isFinite(gain) && gain > 0 ? gain : Math.SQRT2;
}
