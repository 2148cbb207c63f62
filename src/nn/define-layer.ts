import { ActigradError } from "../core/errors.ts";
import { checkRecord } from "../core/record.ts";
import { type Shape, elements } from "../core/shape.ts";
import { type Node, checkNode } from "../graph/graph.ts";
import { state } from "../graph/ops/source.ts";
import { type BuildContext, type Layer, type ParameterView, featuresOf } from "./layer.ts";

/** A tensor that a layer declares. */
export interface ParameterSpec {
  /** Shape for one replica: [n] has a value for each feature (along the last axis); other shapes follow the axis R. */
  readonly shape: Shape;
  /** Starting values of one replica, row-major: one number for all, or a function of the seed. */
  readonly init: number | ((seed: number) => ArrayLike<number>);
  /** Name and layout for files and people, without the layer's name. Default: as stored, under its own name. */
  readonly views?: readonly ParameterView[];
  /** False excludes it from an optimizer's weight decay. Default true. */
  readonly weightDecay?: boolean;
}

/** Build context of a custom layer. */
export interface LayerContext extends BuildContext {
  /**
   * Declares a tensor [R, ...] of the layer, named `3.weight` in files. It is trained if the loss depends on it.
   * @throws ActigradError "option" for an invalid record or a wrong number of starting values
   */
  parameter(name: string, spec: ParameterSpec): Node;
  /** Replaces a declared tensor at the end of each training step, for running statistics. Does nothing outside training. */
  update(parameter: Node, value: Node): void;
}

/** A layer's record: the fields of `Layer`; `title` defaults to `kind`. */
export interface LayerSpec extends Omit<Layer, "build" | "title" | "activation" | "params"> {
  readonly title?: string;
  /**
   * Appends the layer's nodes.
   * @param x f32[1 or R, batch, ...] from the layer before
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
 * Makes a layer from its record.
 * @throws ActigradError "option" for an invalid record; when a model is built, "option" if `build` returns no node, and "shape"
 * if the result has another batch size or other features than the record says
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
