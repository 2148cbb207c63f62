/** Trains a small GPT with an activation, all seeds in one step. */
import {
  type ClassDataset,
  Decoder,
  type Gpu,
  type TextParts,
  type Tokenizer,
  Trainer,
  crossEntropy,
  generate,
} from "../../src/index.ts";
import type { LanguageOptions, LanguageRow, LanguageScore } from "./result.ts";
import { BATCH, EVALUATE_EVERY, modelOf, optimizer } from "./setting.ts";

/** Milliseconds per submit: the longest wait for Ctrl-C. */
const BUDGET_MS = 250;
/** Tokens of the held-out text used as the prompt, and tokens generated. */
const SAMPLE = { given: 16, written: 200 };

export interface PreparedText {
  readonly tokenizer: Tokenizer;
  readonly parts: TextParts;
  readonly train: ClassDataset;
  readonly test: ClassDataset;
}

/** Called after every submit with the steps done, each seed's last loss, and the seconds since the previous call. */
type OnSteps = (step: number, loss: readonly number[], seconds: number) => void;

export async function trainOn(
  gpu: Gpu,
  name: string,
  { tokenizer, parts, train, test }: PreparedText,
  { steps, seeds }: LanguageOptions,
  signal: AbortSignal,
  onSteps: OnSteps,
): Promise<LanguageRow> {
  const model = modelOf(name, tokenizer.size);
  const trainer = await Trainer.create(gpu, {
    model,
    loss: crossEntropy(),
    optimizer: optimizer(),
    batch: BATCH,
    seeds,
  });
  try {
    await trainer.recorded(train); // compiles outside the timed part
    const scores: LanguageScore[] = [];
    let seconds = 0;
    while (trainer.step < steps && !signal.aborted) {
      const done = trainer.step;
      const next = Math.min(steps, (Math.floor(done / EVALUATE_EVERY) + 1) * EVALUATE_EVERY);
      let before = performance.now();
      const fitted = await trainer.fit(train, {
        steps: next - done,
        signal,
        budgetMs: BUDGET_MS,
        onProgress({ step, loss }) {
          const now = performance.now();
          onSteps(done + step, loss, (now - before) / 1000);
          before = now;
        },
      });
      seconds += fitted.seconds;
      if (fitted.aborted) break;
      const { loss } = await trainer.evaluate(test);
      scores.push({
        step: trainer.step,
        bits: loss.map((nats) => nats / Math.LN2 / parts.charactersPerToken),
      });
    }
    const parameters = trainer.parameters
      .flatMap(({ views }) => views)
      .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    const decoder = await Decoder.create(gpu, model, await trainer.weights(0));
    try {
      const given = [...parts.test.subarray(0, SAMPLE.given)];
      const tokens = [...given];
      const asked = { tokens: SAMPLE.written, temperature: 0.8, seed: 0 };
      if (!signal.aborted) for await (const token of generate(decoder, given, asked)) tokens.push(token);
      const sample = tokenizer.decode(tokens);
      return { name, parameters, scores, seconds, steps: trainer.step, sample };
    } finally {
      decoder.dispose();
    }
  } finally {
    trainer.dispose();
  }
}
