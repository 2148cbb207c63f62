/** Networks of the statements' set-ups, with starting weights that suit the activation. */
import {
  type Initializer,
  type Layer,
  type Model,
  type Trainer,
  batchNorm1d,
  glorotUniform,
  heNormal,
  linear,
  parseActivation,
  sequential,
} from "../index.ts";

/** He for the ReLU family, Glorot for functions that are nearly linear around 0. */
export type InitCode = "he" | "glorot";

const glorot = new Set(["identity", "linear", "sigmoid", "tanh", "softsign"]);

/** The starting weights that suit an activation; options after a colon are ignored. */
export const initOf = (activation: string): InitCode =>
  glorot.has(activation.split(":")[0]!) ? "glorot" : "he";

export const initializers: Readonly<Record<InitCode, Initializer>> = {
  he: heNormal(),
  glorot: glorotUniform(),
};

export interface Net {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
  /** As on the command line: `relu`, `leaky_relu:negativeSlope=0.1`, `maxout`; `linear` for none. */
  readonly activation: string;
  /** Starting weights of the hidden layers. Default: what suits the activation. The last layer always uses Glorot. */
  readonly init?: Initializer;
}

/** linear - activation - ... - linear; biases start at 0. */
export function net({ inputs, hidden, outputs, activation, init }: Net): Model {
  const initial = init ?? initializers[initOf(activation)];
  const sizes = [inputs, ...hidden];
  const layers = hidden.flatMap((width, i): Layer[] => {
    const act = parseActivation(activation);
    return [linear(sizes[i]!, width * (act.unitsPerFeature ?? 1), { init: initial }), act];
  });
  return sequential(...layers, linear(sizes.at(-1)!, outputs, { init: glorotUniform() }));
}

/** linear - batch norm - activation - ... - linear; `scale`: whether batch norm has a learned scale and shift. */
export function normedNet({ inputs, hidden, outputs, activation }: Net, scale: boolean): Model {
  const init = initializers[initOf(activation)];
  const sizes = [inputs, ...hidden];
  const layers = hidden.flatMap((width, i): Layer[] => [
    linear(sizes[i]!, width, { init }),
    batchNorm1d(width, { affine: scale }),
    parseActivation(activation),
  ]);
  return sequential(...layers, linear(sizes.at(-1)!, outputs, { init: glorotUniform() }));
}

/** Mean magnitude of the learned scales in the `depth` batch norms of a trained {@link normedNet}, one value per replica. */
export const scalesOf = (trainer: Trainer, depth: number): Promise<number[]> =>
  Promise.all(
    Array.from({ length: trainer.replicas }, async (_, r) => {
      const weights = await trainer.weights(r);
      const scales = Array.from({ length: depth }, (_layer, i) => [
        ...weights.get(`${3 * i + 1}.weight`)!.data,
      ]).flat();
      return scales.reduce((sum, v) => sum + Math.abs(v), 0) / scales.length;
    }),
  );

/** 784-[width]xdepth-10 */
export const imageNet = (activation: string, width: number, depth: number, init?: Initializer): Model =>
  net({
    inputs: 784,
    hidden: Array.from({ length: depth }, () => width),
    outputs: 10,
    activation,
    ...(init && { init }),
  });
