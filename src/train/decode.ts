/** A language model that continues a text, one place per step; the device keeps what earlier places left behind. */
import { disposeKey } from "../core/dispose.ts";
import { ActigradError } from "../core/errors.ts";
import { elements } from "../core/shape.ts";
import type { Weights } from "../data/formats/tensor.ts";
import type { Gpu } from "../device/context.ts";
import { Executor } from "../device/executor.ts";
import { Storage } from "../device/storage.ts";
import { planTarget } from "../device/target.ts";
import { Graph, type Node } from "../graph/graph.ts";
import { assign } from "../graph/ops/assign.ts";
import { FORBIDDEN } from "../graph/ops/attention.ts";
import { toIndex } from "../graph/ops/embedding.ts";
import { abs, greater, mul, sub, where } from "../graph/ops/pointwise.ts";
import { state, stepScalar, tensor } from "../graph/ops/source.ts";
import { lower } from "../compile/lower.ts";
import { buildChain, buildContext } from "../nn/chain.ts";
import type { Parameter } from "../nn/layer.ts";
import type { Model } from "../nn/sequential.ts";
import type { Cache, CachedContext } from "../nn/sequence/cache.ts";
import { writeWeights } from "./weights.ts";

/** A step of a language model over one place. */
export interface DecodingGraph {
  readonly graph: Graph;
  readonly parameters: readonly Parameter[];
  /** The model's logits for the next token: f32[1, 1, 1, vocabulary]. It is the output "logits". */
  readonly logits: Node;
  /** Whether the model sees at most `context` places. */
  readonly bounded: boolean;
  /** States of recurrent layers, which are 0 before the first place. */
  readonly carried: readonly Node[];
}

/**
 * The model on one place. Step scalars: `token`, and `position` from 0 to the model's context - 1. Keys and values of earlier
 * places, and states of recurrent layers, stay on the device.
 * @throws ActigradError "option" for a model that does not begin with an embedding
 */
export function decodingGraph(model: Model): DecodingGraph {
  if (model.layers[0]?.indices === undefined) {
    throw new ActigradError("option", "generate: the model does not take tokens", {
      hint: "it must begin with embedding(num, dim, { length })",
    });
  }
  const graph = new Graph();
  const context = model.inputs;
  const position = stepScalar(graph, "position");
  const numbers = Array.from({ length: context }, (_, i) => i);
  const carried: Node[] = [];
  let bounded = false;
  const columns = (): Node => tensor(graph, "cache columns", [1, 1, context], numbers);
  const mask = (): Node => where(greater(columns(), position), FORBIDDEN, 0);
  const cache: Cache = {
    context,
    get position() {
      bounded = true;
      return toIndex(position);
    },
    get mask() {
      return mask();
    },
    sloped(slopes) {
      const each = tensor(graph, `slopes ${slopes.length} of rows`, [1, 1, slopes.length, 1, 1], slopes);
      return sub(mask(), mul(each, abs(sub(columns(), position))));
    },
    extend(layer, fresh) {
      bounded = true;
      const [replicas, batch, , features] = fresh.shape as [number, number, number, number];
      const all = state(graph, `${layer}.cache`, [replicas, batch, context, features]);
      const rows = tensor(graph, "cache rows", [1, 1, context, 1], numbers);
      const others = greater(abs(sub(rows, position)), 0.5);
      return assign(all, where(others, all, fresh));
    },
    carry(layer, shape, next) {
      const before = state(graph, `${layer}.carried`, shape);
      carried.push(before);
      assign(before, next(before));
    },
  };
  const site: Omit<CachedContext, "name"> = { ...buildContext(graph, 1, false), cache };
  const built = buildChain(model.layers, site, "", stepScalar(graph, "token"));
  const logits = built.at(-1)!.output;
  graph.output("logits", logits);
  return { graph, parameters: site.parameters, logits, bounded, carried };
}

/** Continues a text with a model of one replica; new tokens record nothing. */
export class Decoder {
  readonly model: Model;
  readonly #executor: Executor;
  readonly #storage: Storage;
  readonly #graph: DecodingGraph;
  #seen: number[] = [];
  #position = 0;

  private constructor(model: Model, graph: DecodingGraph, executor: Executor, storage: Storage) {
    this.model = model;
    this.#graph = graph;
    this.#executor = executor;
    this.#storage = storage;
  }

  /**
   * Puts a model's weights on a device.
   * @throws ActigradError "option" for a model that takes no tokens, "shape" for weights that do not fit, "limit" if the device
   * has no room
   */
  static async create(gpu: Gpu, model: Model, weights: Weights): Promise<Decoder> {
    const graph = decodingGraph(model);
    const storage = new Storage(gpu, "this decoder");
    try {
      const plan = lower(graph.graph, planTarget(gpu, { kernels: model.kernels }));
      const executor = await Executor.load(plan, storage);
      writeWeights(storage, graph.parameters, 1, weights);
      return new Decoder(model, graph, executor, storage);
    } catch (error) {
      storage.dispose();
      throw error;
    }
  }

  /** Replaces the weights of the model and forgets the text so far. @throws ActigradError "shape" */
  setWeights(weights: Weights): void {
    writeWeights(this.#storage, this.#graph.parameters, 1, weights);
    this.restart();
  }

  /** Forgets the text so far. */
  restart(): void {
    this.#seen = [];
    this.#forget();
  }

  /**
   * Takes a token and returns the logits of the next. Past the end of the model's context, continues from the second half of the
   * text in it.
   * @returns logits [vocabulary]
   * @throws ActigradError "data" for a token beyond the vocabulary
   */
  async next(token: number): Promise<Float32Array> {
    const { indices = 0 } = this.model.layers[0]!;
    if (!(Number.isSafeInteger(token) && token >= 0 && token < indices)) {
      throw new ActigradError("data", `generate: token ${token}, the model knows tokens below ${indices}`, {
        hint: "give the tokenizer that the model was trained with",
      });
    }
    const context = this.model.inputs;
    if (this.#graph.bounded && this.#position === context) {
      this.#seen = context === 1 ? [] : this.#seen.slice(-Math.floor(context / 2));
      this.#forget();
      for (const known of this.#seen) this.#run(known);
    }
    this.#seen.push(token);
    this.#run(token);
    return (await this.#executor.output("logits")) as Float32Array;
  }

  /** Frees its memory on the device. */
  dispose(): void {
    this.#executor.dispose();
    this.#storage.dispose();
  }

  /** `dispose`, for `using`. */
  [disposeKey](): void {
    this.dispose();
  }

  #run(token: number): void {
    this.#executor.run([{ token, position: this.#position }]);
    this.#position++;
  }

  #forget(): void {
    this.#position = 0;
    // Keys and values that are not written yet are masked.
    for (const { label, shape } of this.#graph.carried)
      this.#storage.write(label, new Float32Array(elements(shape)));
  }
}
