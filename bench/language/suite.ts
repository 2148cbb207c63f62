import {
  type TextParts,
  type Tokenizer,
  characterTokenizer,
  textParts,
  tokenDataset,
} from "../../src/index.ts";
import { ActigradError } from "../../src/core/errors.ts";
import { html } from "../../src/report/markup.ts";
import { tableSection } from "../../src/report/table.ts";
import type { Suite } from "../suite.ts";
import type { LanguageOptions, LanguageResult, LanguageRow } from "./result.ts";
import { BATCH, CONTEXT, HELD_OUT_WINDOWS, STEPS, modelOf, usual } from "./setting.ts";
import { languageTable } from "./table.ts";
import { type PreparedText, trainOn } from "./train.ts";

/** A small GPT trained with each activation, compared with another engine's results. */
export const language: Suite<LanguageOptions, LanguageResult> = {
  help: "a small GPT trained with each activation, compared with PyTorch's figures",
  options: ({ activations = usual, formulas, seeds, quick, languageText = "", steps }) => ({
    activations: [...activations, ...formulas],
    text: languageText,
    seeds: seeds ?? (quick ? [0] : [0, 1]),
    steps: steps ?? (quick ? 20 : STEPS),
  }),
  async prepare(options, host) {
    const { text: path, activations, steps, seeds } = options;
    const text = new TextDecoder().decode(await host.read(path));
    const prepared = prepareText(path, text);
    const { tokenizer, parts } = prepared;
    for (const name of activations) modelOf(name, tokenizer.size);
    const about = {
      ...options,
      vocabulary: tokenizer.size,
      trainTokens: parts.train.length,
      heldOutTokens: parts.test.length,
    };
    return {
      expect(progress, software) {
        progress.add("language steps", activations.length * steps, (software ? 0.9 : 0.005) * seeds.length);
        progress.add("language around", activations.length, software ? 30 : 3);
      },
      async run(gpu, { signal, progress, begin, once }) {
        const rows: LanguageRow[] = [];
        for (const name of activations) {
          if (signal.aborted) break;
          const train = async (): Promise<LanguageRow> => {
            const start = performance.now();
            let before = 0;
            const row = await trainOn(gpu, name, prepared, options, signal, (step, loss, seconds) => {
              progress.advance("language steps", step - before, before === 0 ? 0 : seconds);
              before = step;
              begin(
                `language, ${name}: step ${step} of ${steps}, loss ${loss.map((v) => v.toFixed(3)).join(" ")}`,
              );
            });
            progress.advance("language around", 1, (performance.now() - start) / 1000 - row.seconds);
            return row;
          };
          rows.push(await once(name, train));
        }
        return { ...about, rows };
      },
    };
  },
  tables: (result) => (result.rows.some(({ scores }) => scores.length > 0) ? [languageTable(result)] : []),
  answer: ({ rows }) => {
    const judged = rows.flatMap((row) => {
      const last = row.scores.at(-1);
      return last === undefined ? [] : [{ row, least: Math.min(...last.bits) }];
    });
    const best = judged.toSorted((a, b) => a.least - b.least)[0]?.row;
    return best === undefined ? [] : [`What ${best.name} writes after ${best.steps} steps: ${best.sample}`];
  },
  report(result) {
    if (!result.rows.some(({ scores }) => scores.length > 0)) return undefined;
    return html`${tableSection(languageTable(result))}
    ${result.rows.map(({ name, sample }) => html`<p class="notes">${name} writes: ${sample}</p>`)}`;
  },
  method: ({ trainTokens, heldOutTokens, steps }) => [
    `Language: characters, context ${CONTEXT}, batch ${BATCH}, ${steps} of ${STEPS} steps; ${trainTokens} training characters, ` +
      `${heldOutTokens} held out, judged on ${HELD_OUT_WINDOWS} evenly spread windows. 4 blocks with pre-norm, 4 heads, width 128, ` +
      "weights from N(0, 0.02²), AdamW at 1e-3 after a warm-up of 100 steps, then a cosine to 1e-4, betas 0.9 and 0.99, weight decay 0.1 on matrices " +
      "and embeddings. A gated activation gets two thirds of the hidden features, so that parameter counts agree.",
  ],
};

/** @throws ActigradError "data" if the text is too short */
function prepareText(path: string, text: string): PreparedText {
  const tokenizer: Tokenizer = characterTokenizer(text);
  const parts: TextParts = textParts(text, tokenizer);
  const of = { name: path, context: CONTEXT, vocabulary: tokenizer.size };
  const stride = Math.max(CONTEXT, Math.floor((parts.test.length - CONTEXT) / HELD_OUT_WINDOWS));
  if (parts.test.length <= CONTEXT)
    throw new ActigradError("data", `${path}: its last tenth has ${parts.test.length} characters`, {
      hint: `a window takes ${CONTEXT + 1}`,
    });
  return {
    tokenizer,
    parts,
    train: tokenDataset(parts.train, of),
    test: tokenDataset(parts.test, { ...of, name: `${path}, held out`, stride }),
  };
}
