import { ActigradError } from "../../../src/core/errors.ts";
import { streamOf, uniform } from "../../../src/core/random.ts";
import {
  characterTokenizer,
  gpt,
  parseActivation,
  sampleSize,
  tokenDataset,
  outputsOf,
} from "../../../src/index.ts";
import type { Task } from "../task.ts";

const characters = { S: 20_000, M: 60_000, L: 1_000_000 };
const context = { S: 24, M: 32, L: 64 };
/** Of its characters, in their order: the first to train on, the last to test on. */
const parts = { train: 0.8, validation: 0.1 };

const nouns = "whale,captain,sailor,ship,harpoon,storm,island,gull,lantern,wave,mast,anchor".split(",");
const verbs = "see,follow,fear,find,call,leave,meet,warn,pass,seek".split(",");
const places = "in the north,at night,by the shore,under the moon,far away".split(",");
/** Draws of a sentence. */
const DRAWS = 12;

/**
 * A text that is made: sentences whose verbs agree with their subjects over what stands between, with frequent words and rare ones, and
 * sums of two digits.
 */
export function madeText(length: number): string {
  const sentences: string[] = [];
  for (let [i, made] = [0, 0]; made < length; i++) {
    const draws = uniform(i, streamOf("contest text"), DRAWS);
    const pick = (of: readonly string[], k: number): string => of[Math.floor(of.length * draws[k]! ** 2)]!;
    const noun = (k: number): string => `the ${pick(nouns, k)}${draws[k + 1]! < 0.4 ? "s" : ""}`;
    const verb = (k: number, many: boolean): string => `${pick(verbs, k)}${many ? "" : "s"}`;
    const [subject, many] = [noun(0), draws[1]! < 0.4];
    const aside = draws[2]! < 0.3 ? ` that ${verb(3, many)} ${noun(4)}` : "";
    const [a, b] = [Math.floor(10 * draws[6]!), Math.floor(10 * draws[7]!)];
    const sentence =
      draws[8]! < 0.15
        ? `${a}+${b}=${a + b}.`
        : `${subject}${aside} ${verb(9, many)} ${noun(10)}${draws[2]! > 0.7 ? ` ${pick(places, 6)}` : ""}.`;
    sentences.push(sentence);
    made += sentence.length + 1;
  }
  return sentences.join("\n").slice(0, length);
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ActigradError("format", `${name}: expected a text in UTF-8`);
  }
}

/** @param file of a text; its first characters, as many as the level has. One that is made by default */
export const language = (file?: string): Task => ({
  about: `the next character of ${file ?? "a generated text"}, by a transformer of two blocks`,
  measure: "bits",
  sizes: {
    S: { batch: 8, steps: 300, widths: [96] },
    M: { batch: 4, steps: 300, widths: [128] },
    L: { batch: 32, steps: 8000, widths: [512] },
  },
  async load(host, level) {
    const all = file === undefined ? madeText(characters[level]) : decode(await host.read(file), file);
    const text = [...all].slice(0, characters[level]).join("");
    const tokenizer = characterTokenizer(text);
    const tokens = tokenizer.encode(text);
    const of = { name: file ?? "generated text", context: context[level], vocabulary: tokenizer.size };
    const [first, second] = [parts.train, parts.train + parts.validation].map((share) =>
      Math.floor(share * tokens.length),
    );
    const apart = { ...of, stride: of.context };
    return {
      train: tokenDataset(tokens.subarray(0, first), of),
      validation: tokenDataset(tokens.subarray(first, second), apart),
      test: tokenDataset(tokens.subarray(second), apart),
    };
  },
  /** Starting weights as GPT-2's, whatever the activation. */
  model({ train }, [hidden = 0], activation, { widths }) {
    const features = widths[0]! / 4;
    return gpt({
      vocabulary: outputsOf(train),
      context: sampleSize(train),
      layers: 2,
      heads: 4,
      width: features,
      hidden,
      activation: parseActivation(activation),
    });
  },
});
