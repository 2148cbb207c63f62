import type { Activation } from "../activations/activation.ts";
import { resolveParams } from "../activations/params.ts";
import { checkNumber } from "../core/check.ts";
import { ActigradError } from "../core/errors.ts";
import { normal, streamOf, uniform } from "../core/random.ts";

/** What a weight's starting values depend on, besides their count. */
export interface Fan {
  /** Fan-in (numbers that a unit reads) and fan-out (units that read a number). */
  readonly in: number;
  readonly out: number;
  /** Units of the layer; the weights of one input are contiguous. Default `out`; for a convolution, its output channels. */
  readonly units?: number;
  /** The gain that suits the activation after the layer, if there is one. */
  readonly gain?: number;
}

/** Starting values of one parameter, from a seed and the parameter's name: the same on every device. */
export type Initializer = (seed: number, name: string, fan: Fan, count: number) => Float32Array;

/** Which fan divides the variance: "in" preserves that of the signals, "out" that of the gradients. */
export type FanMode = "in" | "out";

/**
 * Factor on the standard deviation, or "activation" for the one that suits the activation after the layer (see `gainOf`; 1
 * without one).
 */
export type Gain = number | "activation";

/** @throws ActigradError "option" for a gain that is not a positive number, an unknown mode */
function scaleOf(name: string, gain: Gain, mode: FanMode = "in"): (fan: Fan) => number {
  if (gain !== "activation") checkNumber(`${name}: gain, if not "activation",`, gain, { above: 0 });
  if (mode !== "in" && mode !== "out")
    throw new ActigradError("option", `${name}: mode must be "in" or "out", got "${String(mode)}"`);
  return (fan) => (gain === "activation" ? (fan.gain ?? 1) : gain);
}

/** N(0, gain^2 / fan). A gain of sqrt(2) preserves the variance through ReLU. He et al. 2015; PyTorch's kaiming_normal. */
export function heNormal(gain: Gain = Math.SQRT2, mode: FanMode = "in"): Initializer {
  const scale = scaleOf("heNormal", gain, mode);
  return (seed, name, fan, count) =>
    normal(seed, streamOf(name), count).map((v) => v * (scale(fan) / Math.sqrt(fan[mode])));
}

/** U(-b, b), b = gain * sqrt(3 / fan): the same variance as `heNormal`. PyTorch's kaiming_uniform. */
export function heUniform(gain: Gain = Math.SQRT2, mode: FanMode = "in"): Initializer {
  const scale = scaleOf("heUniform", gain, mode);
  return (seed, name, fan, count) => evenly(seed, name, count, scale(fan) * Math.sqrt(3 / fan[mode]));
}

/** N(0, gain^2 * 2 / (fan_in + fan_out)). Glorot, Bengio 2010; PyTorch's xavier_normal. */
export function glorotNormal(gain: Gain = 1): Initializer {
  const scale = scaleOf("glorotNormal", gain);
  return (seed, name, fan, count) =>
    normal(seed, streamOf(name), count).map((v) => v * scale(fan) * Math.sqrt(2 / (fan.in + fan.out)));
}

/** U(-b, b), b = gain * sqrt(6 / (fan_in + fan_out)). Glorot, Bengio 2010; PyTorch's xavier_uniform. */
export function glorotUniform(gain: Gain = 1): Initializer {
  const scale = scaleOf("glorotUniform", gain);
  return (seed, name, fan, count) =>
    evenly(seed, name, count, scale(fan) * Math.sqrt(6 / (fan.in + fan.out)));
}

/** N(0, 1 / fan_in), for self-normalising networks. LeCun et al. 1998. */
export const lecunNormal = (): Initializer => heNormal(1);

/** U(-b, b), b = sqrt(3 / fan_in). LeCun et al. 1998. */
export const lecunUniform = (): Initializer => heUniform(1);

/** Options of `truncatedNormal`. */
export interface TruncatedNormalOptions {
  /** Default 1 / sqrt(fan_in). */
  readonly std?: number;
  /** In standard deviations, at least 0.01. Default 2. */
  readonly limit?: number;
}

/** N(0, std^2), redrawn beyond `limit` standard deviations. @throws ActigradError "option" for invalid numbers */
export function truncatedNormal({ std, limit = 2 }: TruncatedNormalOptions = {}): Initializer {
  if (std !== undefined) checkNumber("truncatedNormal: std", std, { above: 0 });
  if (!(limit >= 0.01))
    throw new ActigradError("option", `truncatedNormal: limit must be at least 0.01, got ${limit}`);
  return (seed, name, fan, count) => {
    const scale = std ?? 1 / Math.sqrt(fan.in);
    const kept = new Float32Array(count);
    // Each round uses its own random stream; a narrow limit accepts one number in a hundred.
    for (let [found, round] = [0, 0]; found < count; round++) {
      for (const v of normal(seed, streamOf(`${name}#${round}`), count)) {
        if (Math.abs(v) <= limit && found < count) kept[found++] = v * scale;
      }
    }
    return kept;
  };
}

/**
 * Orthonormal rows or columns (whichever are fewer) of a weight [units, inputs per unit], times `gain`; a convolution's weight is
 * taken as [out, in / groups * height * width]. Saxe, McClelland, Ganguli 2014; PyTorch's orthogonal.
 */
export function orthogonal(gain: Gain = 1): Initializer {
  const scale = scaleOf("orthogonal", gain);
  return (seed, name, fan, count) => {
    const units = fan.units ?? fan.out;
    const length = Math.max(units, count / units);
    const vectors: Float64Array[] = [];
    const drawn = normal(seed, streamOf(name), count);
    for (let i = 0; i < count / length; i++) {
      const v = Float64Array.from(drawn.subarray(i * length, (i + 1) * length));
      // Twice is enough (Kahan, Parlett): the second pass removes the rounding errors of the first.
      for (const u of [...vectors, ...vectors]) {
        const along = v.reduce((sum, x, j) => sum + x * u[j]!, 0);
        for (let j = 0; j < length; j++) v[j]! -= along * u[j]!;
      }
      const norm = Math.hypot(...chunked(v));
      vectors.push(v.map((x) => x / norm));
    }
    const few = units <= count / units; // a vector is then a unit's row of weights, otherwise an input's column
    const factor = scale(fan);
    return Float32Array.from({ length: count }, (_, i) => {
      const [row, column] = few ? [i % units, Math.floor(i / units)] : [Math.floor(i / units), i % units];
      return factor * vectors[row]![column]!;
    });
  };
}

/** Norms from sums of squares of parts: a call cannot take more arguments than the stack holds. */
function chunked(v: Float64Array): number[] {
  const lengths: number[] = [];
  for (let i = 0; i < v.length; i += 1000) lengths.push(Math.hypot(...v.subarray(i, i + 1000)));
  return lengths;
}

/** All weights 0, for layers that should contribute nothing at first, such as the last of a residual branch. */
export const zeros: Initializer = (_seed, _name, _fan, count) => new Float32Array(count);

/** U(-bound, bound) */
const evenly = (seed: number, name: string, count: number, bound: number): Float32Array =>
  uniform(seed, streamOf(name), count).map((v) => (2 * v - 1) * bound);

/**
 * Factor on the standard deviation 1 / sqrt(fan) of the weights before an activation: the record's, or else the one that
 * preserves the second moment of signals, 1 / sqrt(E f(z)^2) for standard normal z.
 * @param given the activation's parameters; by default its starting values
 */
export function gainOf(record: Activation, given: Readonly<Record<string, number>> = {}): number {
  const params = resolveParams(record, given);
  const known = record.gain?.(params);
  if (known !== undefined) return known;
  // The trapezoidal rule converges fast here; beyond 8 the weight is 1e-14.
  let moment = 0;
  for (let z = -8; z <= 8; z += 1 / 64) moment += record.f(z, params) ** 2 * Math.exp((-z * z) / 2);
  const gain = 1 / Math.sqrt(moment / 64 / Math.sqrt(2 * Math.PI));
  return Number.isFinite(gain) && gain > 0 ? gain : Math.SQRT2;
}
