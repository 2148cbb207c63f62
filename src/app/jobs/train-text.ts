/** Trains a language model on a text: the job of `actigrad train --model gpt`. */
import { ActigradError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import {
  type AdapterInfo,
  Decoder,
  type Profile,
  type Tokenizer,
  Trainer,
  crossEntropy,
  device,
  generate,
  parameterGroup,
  printPlan,
  recovery,
  save,
  summary,
  textParts,
  tokenDataset,
} from "../../index.ts";
import type { JobContext } from "../../host/job.ts";
import { chooseClip, chooseMemory, chooseOptimizer } from "./choices.ts";
import { languageStart, readText } from "./language-start.ts";
import { profileStep, validateStep } from "./look-inside.ts";
import { type TextOptions, textOptions } from "./text-options.ts";
import type { TrainEvent } from "./train-result.ts";

/** How well the held-out text is predicted. */
export interface TextEvaluation {
  readonly step: number;
  /** Nats per token, one value per replica, like the following fields. */
  readonly loss: readonly number[];
  /** exp(loss): the model is as unsure as among this many equally likely tokens. */
  readonly perplexity: readonly number[];
  /** Bits per character of the text, whatever the tokens. */
  readonly bits: readonly number[];
}

export type TextEvent =
  | TrainEvent
  | ({ readonly kind: "evaluation" } & TextEvaluation)
  | { readonly kind: "sample"; readonly step: number; readonly text: string }
  | { readonly kind: "text"; readonly about: TextAbout };

/** The text and the model. */
export interface TextAbout {
  readonly name: string;
  readonly tokenizer: string;
  readonly vocabulary: number;
  readonly trainTokens: number;
  readonly heldOutTokens: number;
  readonly charactersPerToken: number;
  readonly parameters: number;
}

export interface TextResult {
  readonly adapter: AdapterInfo;
  readonly host: string;
  readonly about: TextAbout;
  /** losses[replica][step], nats per token. */
  readonly losses: readonly (readonly number[])[];
  readonly evaluations: readonly TextEvaluation[];
  readonly samples: readonly { readonly step: number; readonly text: string }[];
  readonly steps: number;
  readonly seconds: number;
  readonly validation?: { readonly tensors: number; readonly firstBad: unknown };
  readonly profile?: Profile;
  readonly saved?: string;
  readonly aborted: boolean;
}

/** Windows of the held-out text per evaluation, evenly spread. */
const HELD_OUT_WINDOWS = 320;

/** Milliseconds per submit, the longest wait for Ctrl-C. */
const BUDGET_MS = 500;

/** @throws ActigradError "option" for invalid options, "data" for a text that is too short */
export async function trainText(context: JobContext<TextEvent>, asked: TextOptions): Promise<TextResult> {
  const options = checkOptions("train", textOptions, asked);
  const { signal, emit } = context;
  const { batch, steps, seed } = options;
  const name = options.text.slice(
    Math.max(options.text.lastIndexOf("/"), options.text.lastIndexOf("\\")) + 1,
  );
  const text = readText(await context.read(options.text), name);
  const start = await languageStart(options, text, (path) => context.read(path));
  const { model, tokenizer, vocabulary, context: length } = start;
  const parts = textParts(text, tokenizer);
  const of = { name, context: length, vocabulary };
  const train = tokenDataset(parts.train, of);
  const spread = Math.floor((parts.test.length - length) / HELD_OUT_WINDOWS);
  const test = tokenDataset(parts.test, {
    ...of,
    name: `${name}, held out`,
    stride: Math.max(length, spread),
  });
  const gpu = await device({ gpu: context.gpu });
  const { accumulate = 1, ema } = options;
  const clip = chooseClip(options);
  const [lr] = options.lr;
  if (lr === undefined || options.lr.length > 1)
    throw new ActigradError(
      "option",
      `a language model trains at one learning rate, got ${options.lr.length}`,
    );
  const updates = Math.floor(steps / accumulate);
  const groups = [parameterGroup("*bias*", { weightDecay: 0 })];
  const trainer = await Trainer.create(gpu, {
    model,
    loss: crossEntropy(),
    optimizer: chooseOptimizer({ ...options, lr }, updates, updates, groups),
    batch,
    seeds: Array.from({ length: options.replicas }, (_, r) => seed + r),
    dataSeed: seed,
    accumulate,
    ...(ema !== undefined && { ema }),
    ...(clip && { clip }),
    ...chooseMemory(options),
    recover: recovery({ onRecovered: (recovered) => emit({ kind: "recovered", ...recovered }) }),
  });
  let decoder: Decoder | undefined;
  try {
    if (start.weights !== undefined) trainer.setWeights(start.weights);
    const parameters = trainer.parameters
      .flatMap(({ views }) => views)
      .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    const about: TextAbout = {
      name,
      tokenizer: tokenizer.record.type,
      vocabulary,
      trainTokens: parts.train.length,
      heldOutTokens: parts.test.length,
      charactersPerToken: parts.charactersPerToken,
      parameters,
    };
    emit({ kind: "text", about });
    const { executor } = await trainer.recorded(train);
    if (options.summary)
      emit({ kind: "trace", text: String(summary(model, { batch, replicas: trainer.replicas })) });
    if (options.trace) emit({ kind: "trace", text: printPlan(executor.plan) });
    const losses: number[][] = Array.from({ length: trainer.replicas }, () => []);
    const evaluations: TextEvaluation[] = [];
    const samples: { step: number; text: string }[] = [];
    const begin = performance.now();
    const every = [options.evaluateEvery, options.sampleEvery ?? Infinity];
    while (trainer.step < steps && !signal.aborted) {
      const done = trainer.step;
      const next = Math.min(steps, ...every.map((n) => (Math.floor(done / n) + 1) * n));
      const result = await trainer.fit(train, {
        steps: next - done,
        signal,
        budgetMs: BUDGET_MS,
        stepsPerSubmit: options.stepsPerSubmit,
        onProgress: (progress) => {
          const seconds = (performance.now() - begin) / 1000;
          const step = done + progress.step;
          const secondsLeft = (seconds / step) * (steps - step);
          emit({ kind: "progress", ...progress, step, steps, secondsLeft, accuracy: [] });
        },
      });
      for (const [r, own] of result.losses.entries()) losses[r]!.push(...own);
      const { step } = trainer;
      if (result.aborted) break;
      if (step % options.evaluateEvery === 0 || step === steps) {
        const { loss } = await trainer.evaluate(test, { average: ema !== undefined });
        const evaluation: TextEvaluation = {
          step,
          loss,
          perplexity: loss.map(Math.exp),
          bits: loss.map((nats) => nats / Math.LN2 / parts.charactersPerToken),
        };
        evaluations.push(evaluation);
        emit({ kind: "evaluation", ...evaluation });
        trainer.observe(loss);
      }
      if (options.sampleEvery !== undefined && (step % options.sampleEvery === 0 || step === steps)) {
        const weights = await trainer.weights(0, { average: ema !== undefined });
        decoder ??= await Decoder.create(gpu, model, weights);
        decoder.setWeights(weights);
        const sample = { step, text: await writeOn(decoder, tokenizer, options.prompt, { seed }) };
        samples.push(sample);
        emit({ kind: "sample", ...sample });
      }
    }
    const seconds = (performance.now() - begin) / 1000;
    const validation = options.validate ? await validateStep(trainer, train) : undefined;
    const looks: JobContext<TrainEvent> = context;
    const profile = options.profile && !signal.aborted ? await profileStep(looks, trainer, train) : undefined;
    if (options.save !== undefined) {
      const { save: _, text: _text, ...rest } = options;
      const average = ema !== undefined;
      await context.write(
        options.save,
        await save(trainer, { tokenizer: tokenizer.record, options: rest, average }),
      );
    }
    return {
      adapter: gpu.adapter,
      host: context.host,
      about,
      losses,
      evaluations,
      samples,
      steps: trainer.step,
      seconds,
      ...(validation && { validation }),
      ...(profile && { profile }),
      ...(options.save !== undefined && { saved: options.save }),
      aborted: signal.aborted,
    };
  } finally {
    decoder?.dispose();
    trainer.dispose();
    gpu.dispose();
  }
}

/** A prompt and the model's continuation. */
export async function writeOn(
  decoder: Decoder,
  tokenizer: Tokenizer,
  prompt: string,
  options: Parameters<typeof generate>[2],
  onText?: (text: string) => void,
): Promise<string> {
  const given = tokenizer.encode(prompt);
  if (given.length === 0)
    throw new ActigradError("option", "the prompt is empty", {
      hint: "give at least one character to continue from",
    });
  const tokens: number[] = [];
  for await (const token of generate(decoder, given, options)) {
    tokens.push(token);
    onText?.(tokenizer.decode(tokens));
  }
  return prompt + tokenizer.decode(tokens);
}
