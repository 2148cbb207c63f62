/** Mistakes that plain JavaScript may make when calling a trainer. Runs only in `development`: types say most of the same. */
import { ActigradError, checkOptions } from "../core/errors.ts";
import type { Precision } from "../graph/mixed.ts";
import type { Layer } from "../nn/layer.ts";
import type { Loss } from "../nn/loss.ts";
import type { Model } from "../nn/sequential.ts";

const known = [
  "model",
  "loss",
  "optimizer",
  "batch",
  "seeds",
  "dataSeed",
  "recompute",
  "precision",
  "recover",
  "fuse",
  "clip",
  "accumulate",
  "ema",
];

const fault = (message: string, hint: string): ActigradError =>
  new ActigradError("option", `Trainer: ${message}`, { hint });

/** @throws ActigradError "option" for an invalid device, model or list of seeds, and for unknown options */
export function checkCreate(gpu: unknown, options: object): void {
  if (typeof (gpu as { assertUsable?: unknown } | undefined)?.assertUsable !== "function")
    throw fault(
      `expected a device, got ${typeof (gpu as { then?: unknown } | undefined)?.then === "function" ? "a promise" : typeof gpu}`,
      "await Trainer.create(await device(), { model, loss, optimizer, batch })",
    );
  checkOptions("Trainer.create", options, known);
  const { model, loss, optimizer, precision, seeds } = options as Readonly<Record<string, unknown>>;
  const { build, layers, title } = (model ?? {}) as Partial<Model & Layer>;
  if (typeof build !== "function" || !Array.isArray(layers)) {
    const got = Array.isArray(model) ? "a list" : title === undefined ? typeof model : `the layer ${title}`;
    throw fault(
      `expected a model, got ${got}`,
      "sequential(linear(2, 8), relu, linear(8, 2)) makes one from layers",
    );
  }
  for (const [name, value] of Object.entries({ loss, optimizer }))
    if (typeof value === "string")
      throw fault(
        `${name} is the string "${value}"; expected a function's result`,
        `import the function and pass it: { ${name}: ${name === "loss" ? "crossEntropy" : "adam"} }`,
      );
  if (precision !== undefined && typeof (precision as Partial<Precision> | null)?.keep !== "function")
    throw fault(
      `expected a precision, got ${JSON.stringify(precision)}`,
      'import { mixed } from "actigrad" and pass it: { precision: mixed }; leave it out for float32',
    );
  if (seeds !== undefined && !(Array.isArray(seeds) && seeds.every((seed) => typeof seed === "number")))
    throw fault(
      `seeds must be a list of numbers, one per replica, got ${JSON.stringify(seeds)}`,
      "seeds: [0, 1, 2] trains three",
    );
}

/** The activations that each of these losses applies itself, to raw numbers. */
const applied: Readonly<Record<string, readonly string[]>> = {
  cross_entropy: ["softmax", "log_softmax", "sigmoid"],
  soft_cross_entropy: ["softmax", "log_softmax", "sigmoid"],
  bce_with_logits: ["sigmoid", "softmax"],
};

const said = new Set<string>();

/**
 * Warns once on the console about a likely mistake that still trains: softmax before a loss that applies it, or no softmax before
 * one that does not.
 */
export function remarkOnLoss(model: Model, { name, expects }: Loss): void {
  const last = model.layers.at(-1);
  if (last === undefined) return;
  const end = last.activation?.name ?? last.title.replace(/\(.*/, "");
  const doubled = applied[name]?.includes(end) === true;
  const missing = expects !== undefined && end !== expects;
  if (!doubled && !missing) return;
  const remark = doubled
    ? `the model ends with ${end}, but the loss ${name} takes logits and applies its own: remove the last layer`
    : `the loss ${name} expects a model that ends with ${expects}, this one ends with ${last.title}`;
  if (said.has(remark)) return;
  said.add(remark);
  // oxlint-disable-next-line no-console -- for who writes the program, while it is written
  console.warn(`actigrad: ${remark}`);
}

/** @throws ActigradError "data" for rows that are not a Float32Array */
export function checkRows(who: string, x: unknown): void {
  if (x instanceof Float32Array) return;
  const got = typeof x === "object" && x !== null ? (x.constructor?.name ?? "object") : typeof x;
  throw new ActigradError("data", `${who}: expected a Float32Array of rows, got ${got}`, {
    hint: "Float32Array.from(numbers) makes one",
  });
}

/** @throws ActigradError "option" for weights that are not a map */
export function checkMap(who: string, weights: unknown): void {
  if (weights instanceof Map) return;
  throw new ActigradError("option", `${who}: expected a Map of tensors by name, got ${typeof weights}`, {
    hint: "new Map(Object.entries(object)) makes one from an object",
  });
}
