import { ActigradError, checkOptions } from "../core/errors.ts";
import { normal, streamOf } from "../core/random.ts";
import { formatType } from "../core/shape.ts";
import type { Node } from "../graph/graph.ts";
import { scatter, search } from "../compile/kernels/families/scatter.ts";
import { lookup, toIndex } from "../graph/ops/embedding.ts";
import { flatten, unflatten } from "../graph/ops/flatten.ts";
import { regroup } from "../graph/ops/regroup.ts";
import { defineLayer } from "./define-layer.ts";
import type { Initializer } from "./init.ts";
import { madeBy } from "./image.ts";
import type { Layer, WeightOptions } from "./layer.ts";
import { checkCounts } from "./linear.ts";

/** Options of `embedding`. */
export interface EmbeddingOptions extends WeightOptions {
  /** The row of a padding token: it starts at 0 and gets no gradient. */
  readonly paddingIdx?: number;
  /** Numbers per sample: rows then form a sequence f32[R, batch, length, dim], one row per place. */
  readonly length?: number;
}

/** N(0, 1), PyTorch's starting values of an embedding. */
const standardNormal: Initializer = (seed, name, _fan, count) => normal(seed, streamOf(name), count);

/** Samples are float32, which has every whole number up to here. */
const MOST = 2 ** 24;

/**
 * Rows of a learned table [num, dim], selected by the numbers of a sample: f32[1, batch, length] of whole numbers from 0 to num -
 * 1 becomes f32[R, batch, length * dim], row after row, as with PyTorch's Embedding and Flatten (`length` keeps the rows apart,
 * as a sequence). Data given to a trainer is checked for numbers out of range. A row's gradient is the sum over the places that
 * selected it, in their order.
 * @throws ActigradError "option" for invalid sizes, more than 2^24 rows, or a paddingIdx that is not a row; the model throws
 * "shape" unless this layer is the first
 */
export function embedding(num: number, dim: number, options: EmbeddingOptions = {}): Layer {
  checkOptions("embedding", options, ["paddingIdx", "length", "init"]);
  const { paddingIdx, length: fixed, init = standardNormal } = options;
  checkCounts("embedding", { num, dim, ...(fixed !== undefined && { length: fixed }) });
  if (num > MOST) throw new ActigradError("option", `embedding: at most ${MOST} rows, got ${num}`);
  if (paddingIdx !== undefined && !(Number.isSafeInteger(paddingIdx) && paddingIdx >= 0 && paddingIdx < num))
    throw new ActigradError("option", `embedding: paddingIdx must be a row below ${num}, got ${paddingIdx}`);
  return defineLayer({
    kind: "embedding",
    ...madeBy("embedding", [num, dim], { paddingIdx, length: fixed }),
    indices: num,
    kernels: { search, scatter },
    unitsPerFeature: 1 / dim,
    ...(fixed !== undefined && { inputs: fixed, toRows: (x: Node): Node => x }),
    sampleShape([length, ...rest]) {
      if (rest.length === 0 && (fixed ?? length) === length)
        return fixed === undefined ? [length! * dim] : [dim, length!];
      const came = `[${[length, ...rest].join(",")}]`;
      throw new ActigradError("shape", `it takes rows of ${fixed ?? "any"} numbers, got samples ${came}`);
    },
    build({ name, parameter }, x) {
      if (x.shape[0] !== 1 || x.shape.length !== 3) {
        throw new ActigradError("shape", `layer ${name}: embedding(${num}, ${dim}) got ${formatType(x)}`, {
          hint: "it takes the numbers of the data itself: put it first",
        });
      }
      const table = parameter("embedding", {
        shape: [num, dim],
        views: [{ name: "weight", shape: [num, dim], index: (i) => i }],
        init(seed) {
          const values = init(seed, `${name}.weight`, { in: dim, out: num, units: dim }, num * dim).slice();
          if (paddingIdx !== undefined) values.fill(0, paddingIdx * dim, (paddingIdx + 1) * dim);
          return values;
        },
      });
      const length = x.shape[2]!;
      // One number per row: [1, batch, length, 1].
      const places = toIndex(length === 1 ? x : flatten(x, length));
      const picked = lookup(table, places, paddingIdx);
      if (fixed !== undefined) return length === 1 ? regroup(picked, [x.shape[1]!, 1]) : picked;
      return length === 1 ? picked : unflatten(picked, [length * dim]);
    },
  });
}
