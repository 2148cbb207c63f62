import { defineCommand } from "../command.ts";
import { formatSeconds } from "../terminal.ts";
import { hostOptions } from "./host-options.ts";

export const generate = defineCommand({
  name: "generate",
  summary: "Continues a text with a language model.",
  options: {
    load: {
      kind: "word",
      required: true,
      value: "DIR|FILE",
      doc: "the model that train --model gpt --save wrote, or a Hugging Face folder",
    },
    prompt: { kind: "word", required: true, value: "TEXT", doc: "text to continue" },
    tokens: { kind: "number", whole: true, default: 200, min: 1, doc: "tokens to write" },
    temperature: {
      kind: "number",
      default: 1,
      min: 0,
      doc: "0 picks the likeliest token; higher values even out the probabilities",
    },
    topK: { kind: "number", whole: true, min: 1, doc: "draw from this many of the likeliest tokens" },
    topP: {
      kind: "number",
      default: 1,
      min: 0,
      max: 1,
      doc: "draw from the likeliest tokens that together have this probability",
    },
    seed: {
      kind: "number",
      whole: true,
      default: 0,
      min: 0,
      doc: "the same seed writes the same text",
    },
    ...hostOptions,
  },
  notes: [
    "train moby-dick --model gpt --activation swiglu --save whale.safetensors",
    'generate --load whale.safetensors --prompt "Call me" --temperature 0.8 --top-k 20',
  ],
  async run({ options }, { terminal, runJob, signal }) {
    const { target, gpu, headed, ...asked } = options;
    const files = { read: [asked.load] };
    const say = (line: string): void => terminal.say(line);
    const result = await runJob("generate", asked, { target, gpu, headless: !headed, signal, files, say });
    terminal.print(result.text);
    terminal.tell(
      `${result.tokens} tokens in ${formatSeconds(result.seconds)}, ${((1000 * result.seconds) / result.tokens).toFixed(1)} ms per token; ${result.host}`,
    );
    return 0;
  },
});
