/** Turns text into numbers and back. */
import { ActigradError } from "../../core/errors.ts";

/** A tokenizer as plain data, for model files. */
export type TokenizerRecord =
  | {
      readonly type: "characters";
      /** In token order. */
      readonly characters: string;
    }
  | { readonly type: "bytes" }
  | {
      readonly type: "bpe";
      /** In token order, each byte as GPT-2's character for it. */
      readonly tokens: readonly string[];
      /** Two tokens that merge into one, "a b", in order of priority. */
      readonly merges: readonly string[];
    };

/** Turns text into tokens from 0 to `size` - 1, and back. */
export interface Tokenizer {
  readonly record: TokenizerRecord;
  readonly size: number;
  /** @throws ActigradError "data" for text without a token */
  encode(text: string): Uint32Array;
  /** The text of tokens; incomplete characters become U+FFFD. */
  decode(tokens: ArrayLike<number>): string;
}

/**
 * One token per distinct character of a text, in code point order.
 * @throws ActigradError "data" for an empty text
 */
export function characterTokenizer(text: string): Tokenizer {
  const known = [...new Set(text)].toSorted((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  if (known.length === 0)
    throw new ActigradError("data", "a character tokenizer needs a text that is not empty");
  return charactersOf(known);
}

export function charactersOf(known: readonly string[]): Tokenizer {
  const tokens = new Map(known.map((character, i) => [character, i]));
  return {
    record: { type: "characters", characters: known.join("") },
    size: known.length,
    encode(text) {
      const characters = [...text];
      return Uint32Array.from(characters, (character, i) => {
        const token = tokens.get(character);
        if (token !== undefined) return token;
        throw new ActigradError(
          "data",
          `character ${i}, ${JSON.stringify(character)}, is not among the tokenizer's ${known.length}`,
          { hint: "leave it out, or train with a text that has it; bytes and bpe take any text" },
        );
      });
    },
    decode: (list) => Array.from(list, (token) => known[token] ?? "").join(""),
  };
}

/** One token per byte of a text's UTF-8. */
export const byteTokenizer = (): Tokenizer => ({
  record: { type: "bytes" },
  size: 256,
  encode: (text) => Uint32Array.from(new TextEncoder().encode(text)),
  decode: (tokens) => new TextDecoder().decode(Uint8Array.from(tokens)),
});
