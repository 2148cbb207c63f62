import { ActigradError } from "../core/errors.ts";
import { checkRecord } from "../core/record.ts";
import { type Shape, elements } from "../core/shape.ts";
import { type Node, checkNode } from "../graph/graph.ts";
import { state } from "../graph/ops/source.ts";
import { type BuildContext, type Layer, type ParameterView, featuresOf } from "./layer.ts";

/** A tensor that a layer keeps. */
export interface ParameterSpec {
  /** Of one replica: [n] is a value for each feature, which lies along the last axis; otherwise what stands behind R. */
  readonly shape: Shape;
  /** Starting values of one replica, row-major: one for all, or what a seed gives. */
  readonly init: number | ((seed: number) => ArrayLike<number>);
  /** How files and people see it; names without the layer's. Default: as it lies, under its own name. */
  readonly views?: readonly ParameterView[];
  /** False keeps an optimizer's weight decay away from it. Default true. */
  readonly weightDecay?: boolean;
}

/** What a layer's record builds with. */
export interface LayerContext extends BuildContext {
  /**
   * Declares a tensor [R, ...] of the layer, `3.weight` in files: trained where the loss depends on it.
   * @throws ActigradError "option" for a record with a fault, starting values of another number
   */
  parameter(name: string, spec: ParameterSpec): Node;
  /** Replaces a declared tensor at the end of a training step: running statistics. Elsewhere it does nothing. */
  update(parameter: Node, value: Node): void;
}

/** A layer's record: what `Layer` says, with a title of its own or its kind for one. */
export interface LayerSpec extends Omit<Layer, "build" | "title" | "activation" | "params"> {
  readonly title?: string;
  /**
   * Appends the layer's nodes.
   * @param x f32[1 or R, batch, ...] as the layer before gives it
   * @returns f32[1 or R, batch, ...]
   */
  build(context: LayerContext, x: Node): Node;
}

const fields = {
  kind: "string",
  build: "function",
  title: "string undefined",
  inputs: "number undefined",
  outputs: "number undefined",
  unitsPerFeature: "number undefined",
  indices: "number undefined",
  sampleShape: "function undefined",
  kernels: "object undefined",
  toRows: "function undefined",
  recipe: "array undefined",
} satisfies Record<keyof LayerSpec, string>;

const parameterFields = {
  shape: "array",
  init: "number function",
  views: "array undefined",
  weightDecay: "boolean undefined",
} satisfies Record<keyof ParameterSpec, string>;

/**
 * A layer from its record.
 * @throws ActigradError "option" for a record with a fault; when a model is built, for a `build` that returns no node, and
 * "shape" for one that gives another batch or other features than the record says
 */
export function defineLayer(record: LayerSpec): Layer {
  checkRecord("layer", record, fields);
  const layer: Layer = {
    ...record,
    title: record.title ?? record.kind,
    build(context, x) {
      const { replicas } = context;
      const y = record.build({ ...context, ...declaring(context, x) }, x);
      checkNode(`layer ${context.name}, ${layer.title}: build`, y, x, ([z, batch, ...sample]) => {
        const features = record.sampleShape ? sample.at(-1) : featuresOf(layer, x.shape.at(-1)!);
        return (z === 1 || z === replicas) && batch === x.shape[1] && sample.at(-1) === features;
      });
      return y;
    },
  };
  return layer;
}

function declaring(
  { graph, replicas, name: place, parameters, updates, training }: BuildContext,
  x: Node,
): Pick<LayerContext, "parameter" | "update"> {
  return {
    parameter(what, spec) {
      const name = `${place}.${what}`;
      checkRecord(`parameter ${name}`, spec, parameterFields);
      const { shape, init, weightDecay } = spec;
      const own = { name: what, shape, index: (i: number) => i };
      const inner = shape.length === 1 ? x.shape.slice(1, -1).map(() => 1) : [];
      const node = state(graph, name, [replicas, ...inner, ...shape]);
      parameters.push({
        node,
        views: (spec.views ?? [own]).map((view) => ({ ...view, name: `${place}.${view.name}` })),
        init(seed) {
          if (typeof init === "number") return new Float32Array(elements(shape)).fill(init);
          const values = Float32Array.from(init(seed));
          if (values.length === elements(shape)) return values;
          throw new ActigradError(
            "option",
            `${name}: init gave ${values.length} values for [${shape.join(",")}]`,
          );
        },
        ...(weightDecay !== undefined && { weightDecay }),
      });
      return node;
    },
    update(parameter, value) {
      checkNode(`layer ${place}: an update`, value, parameter);
      if (training) updates.push({ state: parameter, value });
    },
  };
}
