import { normal, streamOf, uniform } from "../core/random.ts";

/** Fan-in and fan-out of a weight matrix: units before and after. */
export interface Fan {
  readonly in: number;
  readonly out: number;
}

/** Values for one parameter, from a seed and the parameter's name: the same for every device and replica. */
export type Initializer = (seed: number, name: string, fan: Fan, count: number) => Float32Array;

/** N(0, gain^2 / fan_in). With gain sqrt(2) it keeps the variance through ReLU. He et al. 2015. */
export const heNormal =
  (gain = Math.SQRT2): Initializer =>
  (seed, name, fan, count) =>
    normal(seed, streamOf(name), count).map((v) => v * (gain / Math.sqrt(fan.in)));

/** U(-b, b), b = gain * sqrt(6 / (fan_in + fan_out)). Glorot, Bengio 2010. */
export const glorotUniform =
  (gain = 1): Initializer =>
  (seed, name, fan, count) => {
    const bound = gain * Math.sqrt(6 / (fan.in + fan.out));
    return uniform(seed, streamOf(name), count).map((v) => (2 * v - 1) * bound);
  };

/** N(0, 1 / fan_in). LeCun et al. 1998; what self-normalising networks need. */
export const lecunNormal = (): Initializer => heNormal(1);

export const zeros: Initializer = (_seed, _name, _fan, count) => new Float32Array(count);
