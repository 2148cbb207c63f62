/** Continues a text with a saved language model: the job of `actigrad generate`. */
import { type AdapterInfo, Decoder, device } from "../../index.ts";
import type { JobContext } from "../../host/job.ts";
import { loadLanguage } from "./language-start.ts";
import { writeOn } from "./train-text.ts";

export interface GenerateRequest {
  /** A model file, or a folder of Hugging Face's. */
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

/** @throws ActigradError as `loadLanguage`; "data" for a prompt without tokens */
export async function generate(context: JobContext<never>, asked: GenerateRequest): Promise<GenerateResult> {
  const { load: path, prompt, topK, ...options } = asked;
  const { model, tokenizer, weights } = await loadLanguage(path, (name) => context.read(name));
  const gpu = await device({ gpu: context.gpu });
  let decoder: Decoder | undefined;
  try {
    decoder = await Decoder.create(gpu, model, weights);
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
