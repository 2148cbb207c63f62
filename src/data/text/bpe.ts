/** Byte-pair encoding: Sennrich et al. 2016; over bytes and within words, as in GPT-2 (Radford et al. 2019). */
import { ActigradError } from "../../core/errors.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Splits text into pieces that are encoded separately: GPT-2's pattern. */
const WORDS = /'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** A printable character for each byte: printable bytes stand for themselves, the others follow from 256 on. */
const alphabet: readonly string[] = ((): string[] => {
  const shown = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(shown(byte) ? byte : next++));
})();
const byteOf = new Map(alphabet.map((character, byte) => [character, byte]));

const asLetters = (word: string): string =>
  Array.from(new TextEncoder().encode(word), (byte) => alphabet[byte]!).join("");

/**
 * A tokenizer from its tokens and merges, with each byte as GPT-2's character for it.
 * @throws ActigradError "format" for a byte without a token, or a merge whose result is not a token
 */
export function bpeTokenizer(tokens: readonly string[], merges: readonly string[]): Tokenizer {
  const fault = (message: string): ActigradError => new ActigradError("format", `tokenizer: ${message}`);
  const idOf = new Map(tokens.map((token, id) => [token, id]));
  const missing = alphabet.find((character) => !idOf.has(character));
  if (missing !== undefined) throw fault(`the byte ${byteOf.get(missing)} has no token`);
  const rankOf = new Map<string, number>();
  for (const [rank, merge] of merges.entries()) {
    const [left, right, ...more] = merge.split(" ");
    if (left === undefined || right === undefined || more.length > 0 || !idOf.has(left + right))
      throw fault(`merge ${rank}, ${JSON.stringify(merge.slice(0, 60))}, makes no token`);
    rankOf.set(merge, rank);
  }
  const known = new Map<string, readonly number[]>();
  const encodeWord = (word: string): readonly number[] => {
    const found = known.get(word);
    if (found !== undefined) return found;
    let parts = [...asLetters(word)];
    for (;;) {
      let [best, at] = [Infinity, -1];
      for (let i = 0; i + 1 < parts.length; i++) {
        const rank = rankOf.get(`${parts[i]!} ${parts[i + 1]!}`) ?? Infinity;
        if (rank < best) [best, at] = [rank, i];
      }
      if (at < 0) break;
      parts = [...parts.slice(0, at), parts[at]! + parts[at + 1]!, ...parts.slice(at + 2)];
    }
    const ids = parts.map((part) => idOf.get(part)!);
    known.set(word, ids);
    return ids;
  };
  return {
    record: { type: "bpe", tokens, merges },
    size: tokens.length,
    encode: (text) => Uint32Array.from((text.match(WORDS) ?? []).flatMap((word) => [...encodeWord(word)])),
    decode(list) {
      const letters = Array.from(list, (token) => tokens[token] ?? "").join("");
      // A token with a character outside the alphabet is special and stands for itself.
      const bytes = [...letters].flatMap((letter) => {
        const byte = byteOf.get(letter);
        return byte === undefined ? [...new TextEncoder().encode(letter)] : [byte];
      });
      return new TextDecoder().decode(Uint8Array.from(bytes));
    },
  };
}

/** A word as tokens, with its frequency in the text. */
interface Word {
  parts: string[];
  readonly count: number;
}

/**
 * Trains a tokenizer with this many tokens: 256 bytes, then repeatedly the most frequent pair of neighbours; ties go to the first
 * in the order of characters.
 * @throws ActigradError "option" for fewer than 256 tokens
 */
export function trainBpe(text: string, size: number): Tokenizer {
  if (!Number.isSafeInteger(size) || size < 256) {
    throw new ActigradError("option", `bpe: expected at least 256 tokens, one per byte, got ${size}`);
  }
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(WORDS)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts].map(([word, count]): Word => ({ parts: [...asLetters(word)], count }));
  const pairs = new Map<string, { count: number; readonly words: Set<Word> }>();
  const tally = (word: Word, sign: 1 | -1): void => {
    for (let i = 0; i + 1 < word.parts.length; i++) {
      const pair = `${word.parts[i]!} ${word.parts[i + 1]!}`;
      const known = pairs.get(pair) ?? { count: 0, words: new Set() };
      known.count += sign * word.count;
      if (sign > 0) known.words.add(word);
      pairs.set(pair, known);
    }
  };
  for (const word of words) tally(word, 1);
  const tokens = [...alphabet];
  const merges: string[] = [];
  while (tokens.length < size) {
    let [best, most] = ["", 1];
    for (const [pair, { count }] of pairs)
      if (count > most || (count === most && best !== "" && pair < best)) [best, most] = [pair, count];
    if (best === "") break; // no pair occurs twice
    const [left, right] = best.split(" ") as [string, string];
    for (const word of pairs.get(best)!.words) {
      tally(word, -1);
      const merged: string[] = [];
      for (let i = 0; i < word.parts.length; i++) {
        const joined = word.parts[i] === left && word.parts[i + 1] === right;
        merged.push(joined ? left + right : word.parts[i]!);
        if (joined) i++;
      }
      word.parts = merged;
      tally(word, 1);
    }
    pairs.delete(best);
    merges.push(best);
    tokens.push(left + right);
  }
  return bpeTokenizer(tokens, merges);
}
