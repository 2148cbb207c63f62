import { checkCount, checkNumber } from "../core/check.ts";
import { streamOf, uniform } from "../core/random.ts";
import { checkOptions } from "../core/errors.ts";
import type { Decoder } from "./decode.ts";

/** How to draw tokens. */
export interface SampleOptions {
  /** 0 takes the most likely token; 1 (default) draws by the model's probabilities; larger values flatten them. */
  readonly temperature?: number;
  /** Draws only from this many of the most likely tokens. Default: all. */
  readonly topK?: number;
  /** Draws only from the most likely tokens that together have this probability. Default 1. Holtzman et al. 2020. */
  readonly topP?: number;
}

/** Options of `generate`. */
export interface GenerateOptions extends SampleOptions {
  /** Number of tokens to generate. Default 200. */
  readonly tokens?: number;
  /** The same seed draws the same tokens. Default 0. */
  readonly seed?: number;
}

/**
 * Draws a token by a model's logits.
 * @param u a number in [0, 1) that decides
 */
export function drawToken(
  logits: ArrayLike<number>,
  { temperature = 1, topK = Infinity, topP = 1 }: SampleOptions,
  u: number,
): number {
  const order = Array.from(logits, (_, token) => token).toSorted((a, b) => logits[b]! - logits[a]! || a - b);
  const [best] = order as [number, ...number[]];
  if (temperature === 0) return best;
  const shares = order
    .slice(0, topK)
    .map((token) => Math.exp((logits[token]! - logits[best]!) / temperature));
  const whole = shares.reduce((sum, share) => sum + share, 0);
  let [count, kept] = [0, 0];
  while (count < shares.length && kept < topP * whole) kept += shares[count++]!;
  let left = u * kept;
  const place = shares.slice(0, count).findIndex((share) => (left -= share) < 0);
  return order[place < 0 ? Math.max(0, count - 1) : place]!;
}

/**
 * Continues a sequence of tokens, one at a time.
 * @param prompt at least one token
 * @throws ActigradError "option" for a temperature below 0, a topK below 1, a topP outside (0, 1]; "data" for tokens that the
 * model does not know
 */
export async function* generate(
  decoder: Decoder,
  prompt: ArrayLike<number>,
  options: GenerateOptions = {},
): AsyncGenerator<number> {
  checkOptions("generate", options, ["tokens", "seed", "temperature", "topK", "topP"]);
  const { tokens = 200, seed = 0, temperature = 1, topK, topP = 1 } = options;
  checkNumber("generate: temperature", temperature, { from: 0 });
  checkNumber("generate: topP", topP, { above: 0, to: 1 });
  if (topK !== undefined) checkCount("generate: topK", topK);
  decoder.restart();
  let logits: ArrayLike<number> = [];
  for (const token of Array.from(prompt)) logits = await decoder.next(token);
  const drawn = uniform(seed, streamOf("generate"), tokens);
  for (let i = 0; i < tokens; i++) {
    const token = drawToken(logits, options, drawn[i]!);
    yield token;
    if (i + 1 < tokens) logits = await decoder.next(token);
  }
}
