/** Layers from the records of `describeLayers`. Records come from untrusted files. */
import { type Activation, type ActivationOptions, activations, spline } from "../activations/index.ts";
import type { SplineOptions } from "../activations/spline.ts";
import { formula } from "../activations/formula/index.ts";
import { ActigradError, unknownName } from "../core/errors.ts";
import * as blocks from "./blocks.ts";
import { toLayers } from "./chain.ts";
import { conv1d, conv2d } from "./conv.ts";
import { convTranspose2d, upsample } from "./conv-transpose.ts";
import { dropout } from "./dropout.ts";
import { embedding } from "./embedding.ts";
import { gated, groupedActivations } from "./grouped.ts";
import * as image from "./image.ts";
import { kan } from "./kan.ts";
import type { Layer, Part } from "./layer.ts";
import { linear } from "./linear.ts";
import * as norm from "./norm.ts";
import * as pool from "./pool.ts";
import { multiheadAttention } from "./sequence/attention.ts";
import { gru, lstm, rnn } from "./sequence/recurrent.ts";
import { tiedOutput } from "./sequence/output.ts";
import { learnedPositions, sinusoidalPositions } from "./sequence/positions.ts";
import { type TransformerOptions, transformerBlock } from "./sequence/transformer.ts";

/** What a file stores by name only: layers by title, activations by name. */
export interface OwnRecords {
  readonly layers?: readonly Part[];
  readonly activations?: readonly Activation[];
}

type Make = (...args: never[]) => Layer;

/** The functions that make the engine's layers, by the names in recipes. */
export const makers: Readonly<Record<string, Make>> = {
  linear,
  kan,
  conv1d,
  conv2d,
  convTranspose2d,
  upsample,
  multiheadAttention,
  learnedPositions,
  sinusoidalPositions,
  tiedOutput,
  rnn,
  gru,
  lstm,
  transformerBlock: (features: number, heads: number, activation: Layer, options: TransformerOptions) =>
    transformerBlock(features, heads, { ...options, activation }),
  dropout,
  embedding,
  gated,
  spline: (options: SplineOptions) => spline(options),
  ...blocks,
  ...norm,
  ...pool,
  flatten: image.flatten,
  unflatten: image.unflatten,
  reshape: image.reshape,
  ...Object.fromEntries(Object.entries(groupedActivations).map(([name, { layer }]) => [name, layer as Make])),
};

/** Largest nesting of blocks. */
const DEEPEST = 32;

/**
 * Makes the layers that records describe.
 * @throws ActigradError "option" for a custom layer or activation that was not given, "format" for records that describe no layer
 */
export function layersFrom(records: readonly unknown[], own: OwnRecords = {}): Layer[] {
  const ownLayers = new Map(toLayers(own.layers ?? []).map((layer) => [layer.title, layer]));
  const ownActivations = new Map((own.activations ?? []).map((record) => [record.name, record]));

  const argument = (value: unknown, depth: number): unknown => {
    if (depth > DEEPEST) throw new ActigradError("format", `more than ${DEEPEST} blocks within blocks`);
    if (Array.isArray(value)) return value.map((item) => argument(item, depth + 1));
    return isObject(value) && "layer" in value ? make(value, depth + 1) : value;
  };
  const make = (record: unknown, depth: number): Layer => {
    const { layer: name, args, title, ...about } = isObject(record) ? record : {};
    if (name === "own") return given("layer", String(title), ownLayers);
    if (name === "activation" || name === "formula")
      return activation(about, name === "formula", ownActivations);
    if (typeof name !== "string" || !Object.hasOwn(makers, name))
      throw unknownName("kind of layer", String(name).slice(0, 60), Object.keys(makers));
    if (!Array.isArray(args)) throw new ActigradError("format", `${name}: expected a list of arguments`);
    return makers[name]!(...(args.map((value) => argument(value, depth)) as never[]));
  };
  return records.map((record, i) => {
    try {
      return make(record, 0);
    } catch (error) {
      if (error instanceof ActigradError && error.details["own"] !== undefined) throw error;
      // Arguments of unexpected types can cause any kind of error.
      const said = error instanceof Error ? error.message : String(error);
      throw new ActigradError("format", `layer ${i}: ${said}`, { cause: error });
    }
  });
}

/** Finds a custom record by name. @throws ActigradError "option" with how to pass it */
function given<T>(kind: "layer" | "activation", name: string, known: ReadonlyMap<string, T>): T {
  const found = known.get(name);
  if (found !== undefined) return found;
  throw new ActigradError(
    "option",
    `the model has a custom ${kind}, "${name.slice(0, 60)}", which was not given`,
    {
      hint: `give its record: load(bytes, { ${kind}s: [...] })`,
      own: name,
    },
  );
}

function activation(
  about: Readonly<Record<string, unknown>>,
  isFormula: boolean,
  own: ReadonlyMap<string, Activation>,
): Layer {
  const {
    name,
    own: isOwn,
    formula: text,
    declared,
    params,
    learned,
    perChannel,
    perUnit,
    ...others
  } = about;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new ActigradError("format", `an activation's unknown "${unknown.slice(0, 60)}"`);
  const options: ActivationOptions = {
    ...(isObject(params) ? (params as Record<string, number>) : {}),
    learn: Array.isArray(learned) && learned.length > 0 ? (learned as string[]) : false,
    ...(typeof perChannel === "boolean" && { perChannel }),
    ...(typeof perUnit === "boolean" && { perUnit }),
  };
  if (isFormula) {
    const record = formula(
      String(text),
      isObject(declared) ? (declared as Parameters<typeof formula>[1]) : {},
    );
    return { ...record(options), title: String(text) };
  }
  const key = String(name);
  if (isOwn === true) return given("activation", key, own)(options);
  if (!Object.hasOwn(activations, key))
    throw unknownName("activation", key.slice(0, 60), Object.keys(activations));
  return (activations as Readonly<Record<string, Activation>>)[key]!(options);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
