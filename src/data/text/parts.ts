/** Splits a text's tokens: the start to train on, the end held out. */
import { ActigradError } from "../../core/errors.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** The share of a text that is held out. */
export const HELD_OUT = 0.1;

/** Tokens of both parts, and characters per token in the held-out part. */
export interface TextParts {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
  readonly charactersPerToken: number;
}

/**
 * Tokens of the first nine tenths of a text, and of the rest.
 * @throws ActigradError "data" for an empty text, or one that the tokenizer cannot encode
 */
export function textParts(text: string, tokenizer: Tokenizer): TextParts {
  const characters = [...text];
  if (characters.length === 0) throw new ActigradError("data", "the text is empty");
  const cut = Math.floor(characters.length * (1 - HELD_OUT));
  const [first, rest] = [characters.slice(0, cut), characters.slice(cut)];
  const test = tokenizer.encode(rest.join(""));
  return {
    train: tokenizer.encode(first.join("")),
    test,
    charactersPerToken: rest.length / Math.max(1, test.length),
  };
}
