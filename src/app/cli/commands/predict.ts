import { defineCommand } from "../command.ts";
import { writeJsonFile } from "../json-files.ts";
import { formatTable } from "../terminal.ts";
import { datasetFiles } from "./dataset-files.ts";
import { hostOptions } from "./host-options.ts";
import { describeData } from "../../../index.ts";

export const predict = defineCommand({
  name: "predict",
  summary: "Applies a model that train --save wrote to the rows of a dataset.",
  options: {
    load: {
      kind: "word",
      required: true,
      value: "FILE",
      doc: "the safetensors file that train --save wrote",
    },
    dataset: { kind: "word", default: "mnist", doc: "as for train" },
    part: {
      kind: "word",
      choices: ["test", "train"],
      default: "test",
      doc: "which of the dataset's rows",
    },
    seed: {
      kind: "number",
      whole: true,
      default: 0,
      min: 0,
      doc: "as given to train: it decides which rows of a table are held back",
    },
    json: { kind: "word", value: "FILE", writes: true, doc: "write every row's prediction as JSON" },
    ...hostOptions,
  },
  notes: ["predict --load model.safetensors --dataset mnist --json predictions.json"],
  async run({ options }, { terminal, runJob, signal }) {
    const { load, dataset, part, seed, json, target, gpu, headed } = options;
    const files = { read: [load, ...datasetFiles(dataset)] };
    const say = (line: string): void => terminal.say(line);
    const result = await runJob(
      "predict",
      { load, dataset, part, seed },
      { target, gpu, headless: !headed, signal, files, say },
    );
    for (const line of describeData(result.data)) terminal.tell(line);
    terminal.print();
    const named = (prediction: number | readonly number[]): string =>
      typeof prediction === "number"
        ? (result.classNames?.[prediction] ?? String(prediction))
        : prediction.map((v) => v.toPrecision(6)).join(" ");
    const shown = result.predictions.slice(0, 10).map((p, i) => [String(i), named(p)]);
    for (const line of formatTable([["row", "prediction"], ...shown])) terminal.print(line);
    if (result.rows > shown.length)
      terminal.print(
        `... ${result.rows - shown.length} more${json === undefined ? " (--json FILE writes all)" : ""}`,
      );
    const accuracy =
      result.accuracy === undefined ? "" : `, accuracy ${(result.accuracy * 100).toFixed(2)} %`;
    terminal.print(`${result.rows} rows: loss ${result.loss.toFixed(4)}${accuracy}`);
    const asked = { load, dataset, part, seed };
    await writeJsonFile("predict", json, { format: "actigrad-predict-1", options: asked, ...result });
    return Number.isFinite(result.loss) ? 0 : 1;
  },
});
