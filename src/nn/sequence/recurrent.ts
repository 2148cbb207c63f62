import { ActigradError, checkOptions } from "../../core/errors.ts";
import { streamOf, uniform } from "../../core/random.ts";
import type { Node } from "../../graph/graph.ts";
import { type Cell, cells } from "../../graph/ops/recurrentCells.ts";
import { recurrent } from "../../graph/ops/recurrent.ts";
import { regroup } from "../../graph/ops/regroup.ts";
import { pick } from "../../graph/ops/view.ts";
import { type LayerContext, defineLayer } from "../define-layer.ts";
import type { Initializer } from "../init.ts";
import { madeBy } from "../image.ts";
import type { BiasOptions, Layer } from "../layer.ts";
import { checkCounts } from "../linear.ts";
import type { CachedContext } from "./cache.ts";
import { sequenceOf, timeOf } from "./positions.ts";
import { project } from "./project.ts";

/** Options of `gru` and `lstm`. */
export interface RecurrentOptions extends BiasOptions {
  /** Number of stacked layers; default 1. */
  readonly layers?: number;
}

/** Options of `rnn`. */
export interface RnnOptions extends RecurrentOptions {
  /** Default "tanh". */
  readonly nonlinearity?: "tanh" | "relu";
}

/** U(-b, b), b = 1 / sqrt(hidden), PyTorch's starting values of recurrent layers. */
const evenly =
  (hidden: number): Initializer =>
  (seed, name, _fan, count) =>
    uniform(seed, streamOf(name), count).map((v) => (2 * v - 1) / Math.sqrt(hidden));

/** The parts of a recurrent layer. */
export interface RecurrentSite extends RecurrentOptions {
  readonly cell: Cell;
  readonly hidden: number;
  /** Initial states of each layer, f32[1 or R, batch, states * hidden]; 0 by default. */
  readonly start?: readonly Node[];
}

/** A recurrent layer's nodes: its result f32[R, batch, time, hidden], and the final states of each of its layers. */
export interface RecurrentNodes {
  readonly y: Node;
  /** f32[R, batch, 1, states * hidden]; an LSTM's h comes before c. */
  readonly last: readonly Node[];
}

/**
 * The nodes of `rnn`, `gru` and `lstm`, for custom layers that take or return states.
 * @throws ActigradError "shape" for anything but a sequence, "limit" for more units than fit a workgroup
 */
export function recur(context: LayerContext & CachedContext, x: Node, site: RecurrentSite): RecurrentNodes {
  const { cell, hidden, layers = 1, start, ...options } = site;
  const { bias = true, init = evenly(hidden) } = options;
  const { gates, states } = cells[cell];
  const { name, cache } = context;
  timeOf(x, `layer ${name}`);
  const width = gates * hidden;
  const rows = bias ? hidden + 1 : hidden;
  const last: Node[] = [];
  let y = x;
  for (let l = 0; l < layers; l++) {
    const input = { weight: `weight_ih_l${l}`, bias: `bias_ih_l${l}`, outputs: width };
    const own = project(context, y, `ih_l${l}`, [input], { bias, init });
    const weight = `weight_hh_l${l}`;
    const w = context.parameter(`hh_l${l}`, {
      shape: [rows, width],
      views: [
        { name: weight, shape: [width, hidden], index: (i) => (i % hidden) * width + Math.floor(i / hidden) },
        ...(bias
          ? [{ name: `bias_hh_l${l}`, shape: [width], index: (i: number) => hidden * width + i }]
          : []),
      ],
      init(seed) {
        const values = new Float32Array(rows * width); // the bias row stays 0
        values.set(
          init(seed, `${name}.${weight}`, { in: hidden, out: hidden, units: width }, hidden * width),
        );
        return values;
      },
    });
    const going = (first: Node | undefined): Node =>
      recurrent(own, w, { cell, hidden, bias, ...(first && { start: first }) });
    const time = own.shape[2]!;
    const end = (all: Node): Node => pick(all, { axis: 2, start: time, step: 1, size: 1 });
    let all: Node | undefined;
    const like = [own.shape[0]!, own.shape[1]!, states * hidden];
    if (cache !== undefined)
      cache.carry(`${name}.l${l}`, like, (before) => regroup(end((all = going(before))), [like[1]!]));
    all ??= going(start?.[l]);
    last.push(end(all));
    const after = pick(all, { axis: 2, start: 1, step: 1, size: time });
    y = states === 1 ? after : pick(after, { axis: 3, start: 0, step: 1, size: hidden });
  }
  return { y, last };
}

function recurrentLayer(
  name: "rnn" | "gru" | "lstm",
  [inputs, hidden]: readonly [number, number],
  cell: Cell,
  options: RnnOptions,
): Layer {
  checkOptions(name, options, ["layers", "bias", "init", ...(name === "rnn" ? ["nonlinearity"] : [])]);
  checkCounts(name, { inputs, hidden, layers: options.layers ?? 1 });
  const { nonlinearity: _, ...site } = options;
  return defineLayer({
    kind: "recurrent",
    ...madeBy(name, [inputs, hidden], options),
    sampleShape: (sample) => [hidden, sequenceOf(sample, inputs)],
    build: (context, x) => recur(context, x, { ...site, cell, hidden }).y,
  });
}

/**
 * A recurrent layer, h = tanh(W x + U h + b): f32[R, batch, time, inputs] to f32[R, batch, time, hidden]. One dispatch runs all
 * time steps. Parameters as in PyTorch: weight_ih_l0 [hidden, inputs], weight_hh_l0 [hidden, hidden], bias_ih_l0, bias_hh_l0, and
 * those of further layers. Elman 1990.
 * @throws ActigradError "option" for invalid sizes, "limit" for more than 2,048 units; the model throws "shape" for anything but
 * a sequence of that many features
 */
export function rnn(inputs: number, hidden: number, options: RnnOptions = {}): Layer {
  const { nonlinearity = "tanh" } = options;
  if (nonlinearity !== "tanh" && nonlinearity !== "relu")
    throw new ActigradError(
      "option",
      `rnn: nonlinearity must be tanh or relu, got "${String(nonlinearity)}"`,
    );
  return recurrentLayer("rnn", [inputs, hidden], `rnn_${nonlinearity}`, options);
}

/**
 * A gated recurrent unit: as `rnn`, with PyTorch's gates r, z, n, where n = tanh(W x + r (U h + b)). At most 1,024 units. Cho et
 * al. 2014.
 * @throws ActigradError as `rnn`
 */
export const gru = (inputs: number, hidden: number, options: RecurrentOptions = {}): Layer =>
  recurrentLayer("gru", [inputs, hidden], "gru", options);

/**
 * Long short-term memory: as `rnn`, with PyTorch's gates i, f, g, o. At most 819 units. Hochreiter, Schmidhuber 1997.
 * @throws ActigradError as `rnn`
 */
export const lstm = (inputs: number, hidden: number, options: RecurrentOptions = {}): Layer =>
  recurrentLayer("lstm", [inputs, hidden], "lstm", options);
