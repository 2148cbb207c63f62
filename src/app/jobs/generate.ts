/** Goes on with a text by a saved language model: what `actigrad generate` runs where the GPU is. */
import { ActigradError } from "../../core/errors.ts";
import { type AdapterInfo, Decoder, device, load, tokenizerOf } from "../../index.ts";
import type { JobContext } from "../../host/job.ts";
import { writeOn } from "./train-text.ts";

export interface GenerateRequest {
  /** A model file. */
  readonly load: string;
  readonly prompt: string;
  readonly tokens: number;
  readonly temperature: number;
  readonly topK?: number | undefined;
  readonly topP: number;
  readonly seed: number;
}

export interface GenerateResult {
  readonly adapter: AdapterInfo;
  readonly host: string;
  /** The prompt and what follows. */
  readonly text: string;
  readonly tokens: number;
  readonly seconds: number;
}

/** @throws ActigradError "format" for a model without a tokenizer, "data" for a prompt that it has no tokens for */
export async function generate(context: JobContext<never>, asked: GenerateRequest): Promise<GenerateResult> {
  const { load: path, prompt, topK, ...options } = asked;
  const saved = load(await context.read(path), { name: path });
  if (saved.tokenizer === undefined) {
    throw new ActigradError("format", `${path}: the model has no tokenizer, it is no language model`, {
      hint: "train one: train moby-dick --model gpt --save FILE",
    });
  }
  const tokenizer = tokenizerOf(saved.tokenizer);
  const gpu = await device({ gpu: context.gpu });
  let decoder: Decoder | undefined;
  try {
    decoder = await Decoder.create(gpu, saved.model, saved.weights[0]!);
    const begin = performance.now();
    const text = await writeOn(decoder, tokenizer, prompt, {
      ...options,
      ...(topK !== undefined && { topK }),
    });
    const seconds = (performance.now() - begin) / 1000;
    return { adapter: gpu.adapter, host: context.host, text, tokens: options.tokens, seconds };
  } finally {
    decoder?.dispose();
    gpu.dispose();
  }
}
