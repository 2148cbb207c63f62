import { ActigradError } from "../../../core/errors.ts";
import { flag } from "../../../core/options.ts";
import { writeAtomic } from "../../../host/files.ts";
import { toJsonText } from "../../../core/json.ts";
import type { PredictResult } from "../../jobs/predict.ts";
import { defineCommand } from "../command.ts";
import { writeJsonFile } from "../json-files.ts";
import { datasetFiles } from "./dataset-files.ts";
import { hostOptions } from "./host-options.ts";
import { formatPredictions, predictionRecords, predictionTable } from "./predictions.ts";

export const predict = defineCommand({
  name: "predict",
  summary: "Predicts rows, labelled or not, by a model that train --save wrote.",
  positionals: "DATA",
  options: {
    load: {
      kind: "word",
      required: true,
      value: "FILE",
      doc: "the model that train --save wrote",
    },
    probabilities: flag("also give the probability of each class"),
    out: {
      kind: "word",
      value: "FILE",
      writes: true,
      doc: "write every row's prediction as a table, .csv or .json",
    },
    part: {
      kind: "word",
      choices: ["test", "train"],
      doc: "only these rows, split as in training (default: all rows of a file, the test rows of a dataset)",
    },
    seed: {
      kind: "number",
      whole: true,
      default: 0,
      min: 0,
      doc: "seed given to train; it decides which rows of a table are held back",
    },
    json: { kind: "word", value: "FILE", writes: true, doc: "write everything as JSON" },
    ...hostOptions,
  },
  notes: [
    "predict --load model.safetensors new.csv --probabilities --out predictions.csv",
    "predict --load model.safetensors mnist --part test",
    "",
    "DATA is a .csv (columns are matched by name, a label is not needed), x.npy, an IDX file, or what train takes.",
  ],
  async run({ options, positionals }, { terminal, runJob, signal }) {
    const { load, probabilities, out, part, seed, json, target, gpu, headed } = options;
    const [data, ...more] = positionals;
    if (data === undefined || more.length > 0) {
      throw new ActigradError("usage", `predict: expected one DATA, got ${positionals.length}`, {
        hint: "name the rows to predict: predict --load model.safetensors new.csv",
      });
    }
    const write = out === undefined ? undefined : writerOf(out);
    const asked = { load, data, part, seed, probabilities };
    const files = { read: [load, ...datasetFiles(data)] };
    const say = (line: string): void => terminal.say(line);
    const result = await runJob("predict", asked, { target, gpu, headless: !headed, signal, files, say });
    terminal.tell(`${data}: ${result.layout}; ${result.rows} rows`);
    for (const note of result.notes) terminal.tell(`note: ${note}`);
    terminal.print();
    const shown = formatPredictions(result, 10);
    terminal.table(shown);
    const left = result.rows - shown.length + 1;
    if (left > 0) terminal.print(`... ${left} more${(out ?? json) ? "" : " (--out FILE.csv writes all)"}`);
    terminal.print();
    const { accuracy, rmse } = result;
    if (accuracy !== undefined) terminal.print(`accuracy ${(accuracy * 100).toFixed(2)} %`);
    if (rmse !== undefined) terminal.print(`rmse ${rmse.toFixed(6)} (own units)`);
    if (out !== undefined && write !== undefined) {
      await writeAtomic(out, write(result));
      terminal.print(`wrote ${out}`);
    }
    await writeJsonFile("predict", json, { format: "actigrad-predict-2", options: asked, ...result });
    return result.predictions.flat().every(Number.isFinite) ? 0 : 1;
  },
});

/** Chooses the writer of a file by its ending. @throws ActigradError "option" for another ending */
function writerOf(path: string): (result: PredictResult) => string {
  if (/\.json$/i.test(path)) return (result) => toJsonText(predictionRecords(result));
  if (/\.csv$/i.test(path)) return predictionTable;
  throw new ActigradError("option", `--out ${path}: expected an ending of .csv or .json`, {
    hint: "the ending says how the table is written",
  });
}
