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
  /** A row that stands for nothing: it starts at 0 and gets no gradient. */
  readonly paddingIdx?: number;
  /** Numbers of a sample: its rows then are a sequence f32[R, batch, length, dim], a row per place. */
  readonly length?: number;
}

/** N(0, 1), as PyTorch starts an embedding. */
const standardNormal: Initializer = (seed, name, _fan, count) => normal(seed, streamOf(name), count);

/** Up to here every whole number is a float32, which is what samples consist of. */
const MOST = 2 ** 24;

/**
 * Rows of a learned table [num, dim], picked by the numbers of a sample: f32[1, batch, length] of whole numbers from 0 to
 * below num becomes f32[R, batch, length * dim], row after row, as PyTorch's Embedding and Flatten make it
 * (`length` keeps them apart, as a sequence). A number out of range is an error where data is given to a trainer.
 * The gradient of a row is the sum over the places that picked it, in their order.
 * @throws ActigradError "option" for sizes that are none, more than 2^24 rows, or a paddingIdx that is no row; the model
 * says "shape" where it does not come first
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
      throw new ActigradError(
        "shape",
        `it takes rows of ${fixed ?? "any"} numbers, got samples ${came} come in`,
      );
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
      // One number a row: [1, batch, length, 1].
      const places = toIndex(length === 1 ? x : flatten(x, length));
      const picked = lookup(table, places, paddingIdx);
      if (fixed !== undefined) return length === 1 ? regroup(picked, [x.shape[1]!, 1]) : picked;
      return length === 1 ? picked : unflatten(picked, [length * dim]);
    },
  });
}
