/** The start of a language model's training or of `generate`: a network, its tokenizer, and weights if a file has them. */
import { ActigradError } from "../../core/errors.ts";
import { dashed, type OptionTable } from "../../core/options.ts";
import {
  type Model,
  type Tokenizer,
  type Weights,
  byteTokenizer,
  characterTokenizer,
  gpt,
  load,
  loadHuggingFace,
  parseActivation,
  readTokenizerJson,
  recurrentModel,
  tokenizerOf,
  trainBpe,
} from "../../index.ts";
import type { JobContext } from "../../host/job.ts";
import { type TextOptions, USUAL_CONTEXT, textOptions } from "./text-options.ts";
import { trainOptions } from "./train-options.ts";

export interface LanguageStart {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  /** Number of tokens: at least the tokenizer's. */
  readonly vocabulary: number;
  /** Tokens that the model sees at once. */
  readonly context: number;
  readonly weights?: Weights;
  /** gpt, rnn, gru or lstm; undefined if the file does not say. */
  readonly network?: string;
}

type Loaded = LanguageStart & { readonly weights: Weights };

type Read = JobContext<never>["read"];

/** @throws ActigradError "option" for sizes besides `load`, "format" and "shape" for files that do not fit together */
export async function languageStart(options: TextOptions, text: string, read: Read): Promise<LanguageStart> {
  if (options.load === undefined) return newStart(options, text, read);
  const table: OptionTable = textOptions;
  for (const name of ownOfModel)
    if (String(options[name]) !== String(table[name]!.default)) {
      throw new ActigradError("option", `--${dashed(name)} and --load: what is loaded has its own`, {
        hint: `leave --${dashed(name)} out`,
      });
    }
  const start = await loadLanguage(options.load, read, options.context);
  if (start.network === undefined || start.network === options.model) return start;
  throw new ActigradError(
    "option",
    `${options.load} holds a ${start.network}, --model says ${options.model}`,
    {
      hint: `take --model ${start.network}`,
    },
  );
}

/** Options that describe the network. */
const ownOfModel = [
  "layers",
  "width",
  "heads",
  "keyHeads",
  "positions",
  "blockNorm",
  "dropout",
  "activation",
  "tokenizer",
] as const;

/**
 * A language model from a model file (*.safetensors), or from a Hugging Face folder.
 * @param context tokens that it sees at once; by default as many as possible
 * @throws ActigradError "format" for a model without a tokenizer, "shape" for an unsupported context
 */
export async function loadLanguage(path: string, read: Read, context?: number): Promise<Loaded> {
  return path.endsWith(".safetensors") ? fromFile(path, read, context) : fromFolder(path, read, context);
}

async function fromFile(path: string, read: Read, asked?: number): Promise<Loaded> {
  const { model, tokenizer: record, weights, options } = load(await read(path), { name: path });
  if (record === undefined) {
    throw new ActigradError("format", `${path}: the model has no tokenizer, so it is not a language model`, {
      hint: "train one first: train moby-dick --model gpt --save FILE",
    });
  }
  const tokenizer = tokenizerOf(record);
  const { inputs: context, outputs } = model;
  if (asked !== undefined && asked !== context) {
    throw new ActigradError("shape", `${path}: the model sees ${context} tokens at once, not ${asked}`, {
      hint: "leave --context out",
    });
  }
  const { model: network } = (options ?? {}) as { readonly model?: string };
  const start = { model, tokenizer, vocabulary: outputs / context, context, weights: weights[0]! };
  return network === undefined ? start : { ...start, network };
}

async function fromFolder(path: string, read: Read, asked?: number): Promise<Loaded> {
  const { options, model, weights } = await loadHuggingFace((name) => read(`${path}/${name}`), asked);
  const { vocabulary, context } = options;
  const name = `${path}/tokenizer.json`;
  const tokenizer = readTokenizerJson(readText(await read(name), name), name);
  if (tokenizer.size > vocabulary) {
    throw new ActigradError(
      "format",
      `${name} has ${tokenizer.size} tokens, config.json says vocab_size ${vocabulary}`,
      { hint: "give the tokenizer.json that came with these weights" },
    );
  }
  return { model, tokenizer, vocabulary, context, weights, network: "gpt" };
}

async function newStart(options: TextOptions, text: string, read: Read): Promise<LanguageStart> {
  const tokenizer = await chooseTokenizer(options.tokenizer, text, read);
  const vocabulary = tokenizer.size;
  const { context = USUAL_CONTEXT, model: network } = options;
  return { model: newModel(options, vocabulary, context), tokenizer, vocabulary, context, network };
}

/** characters, bytes, bpe:SIZE, or a file. @throws ActigradError "option" for an invalid size */
async function chooseTokenizer(spec: string, text: string, read: Read): Promise<Tokenizer> {
  if (spec === "characters") return characterTokenizer(text);
  if (spec === "bytes") return byteTokenizer();
  const [, size] = /^bpe(?::(\d+))?$/.exec(spec) ?? [];
  if (spec === "bpe" || size !== undefined) return trainBpe(text, Number(size ?? 1024));
  return readTokenizerJson(readText(await read(spec), spec), spec);
}

function newModel(options: TextOptions, vocabulary: number, context: number): Model {
  const { model, width, heads, keyHeads, positions, blockNorm, dropout, activation } = options;
  const layers = layersOf(options.layers);
  if (model !== "gpt") return recurrentModel({ cell: model, vocabulary, context, layers, width });
  if (activation.length > 1)
    throw new ActigradError("option", `gpt: one activation for all blocks, got ${activation.length}`);
  return gpt({
    vocabulary,
    context,
    layers,
    heads,
    ...(keyHeads !== undefined && { keyHeads }),
    width,
    activation: parseActivation(activation[0]!),
    normType: blockNorm,
    dropout,
    ...(positions === "rotary" && { rotary: true }),
    ...(positions === "alibi" && { alibi: true }),
  });
}

/** For a language model, --layers is the number of layers; the mlp's default means 4. */
function layersOf(layers: readonly number[]): number {
  if (layers.length === 1) return layers[0]!;
  if (layers.join() === trainOptions.layers.default.join()) return 4;
  throw new ActigradError(
    "option",
    `--layers ${layers.join(",")}: a language model takes a number of layers`,
    {
      hint: "give one number, as --layers 4",
    },
  );
}

/** @throws ActigradError "format" for bytes that are not UTF-8 */
export function readText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ActigradError("format", `${name}: expected a text in UTF-8`);
  }
}
