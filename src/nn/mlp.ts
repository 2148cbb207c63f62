import type { Activation } from "../activations/activation.ts";
import { findActivation } from "../activations/index.ts";
import { ActigradError } from "../core/errors.ts";
import { activate } from "./activate.ts";
import type { Layer } from "./layer.ts";
import { linear } from "./linear.ts";
import { type Model, sequential } from "./sequential.ts";

/** A multilayer perceptron as data: what command lines, files and links carry. */
export interface MlpSpec {
  readonly inputs: number;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  /** One for all hidden layers, or one each: `relu`, `leaky_relu:negativeSlope=0.2`. */
  readonly activations: readonly string[];
}

/**
 * An activation layer from text: a name, then parameters and flags. `learn` trains every parameter that can be, `fixed`
 * none, `perChannel` gives each feature its own: `relu`, `leaky_relu:negativeSlope=0.2`, `swish:beta=1.5,learn`.
 * @throws ActigradError "option" with the nearest name
 */
export function parseActivation(text: string): Layer {
  const [name, ...rest] = text.split(":");
  const parts = rest
    .join(":")
    .split(",")
    .map((part) => part.trim());
  const record: Activation = findActivation(name!);
  const params: Record<string, number> = {};
  const flags = new Set<string>();
  for (const part of parts.filter((p) => p !== "")) {
    const [key, value] = part.split("=").map((s) => s.trim()) as [string, string | undefined];
    if (value === undefined && isFlag(key)) flags.add(key);
    else params[key] = value === undefined || value === "" ? NaN : Number(value);
  }
  return activate(record, params, {
    ...(flags.has("learn") || flags.has("fixed") ? { learn: flags.has("learn") } : {}),
    perChannel: flags.has("perChannel"),
  });
}

const isFlag = (word: string): boolean => ["learn", "fixed", "perChannel"].includes(word);

/** linear - activation - ... - linear. @throws ActigradError "option" for widths or activations that do not fit. */
export function mlp({ inputs, hidden, outputs, activations }: MlpSpec): Model {
  if (activations.length !== 1 && activations.length !== hidden.length) {
    throw new ActigradError(
      "option",
      `${activations.length} activations for ${hidden.length} hidden layers`,
      {
        hint: "give one for all of them, or one for each",
      },
    );
  }
  const sizes = [inputs, ...hidden];
  const layers = hidden.flatMap((width, i) => [
    linear(sizes[i]!, width),
    parseActivation(activations[i] ?? activations[0]!),
  ]);
  return sequential(...layers, linear(sizes.at(-1)!, outputs));
}
