import type { Gpu } from "../../src/index.ts";
import { whole } from "../../src/report/numbers.ts";
import { html } from "../../src/report/markup.ts";
import { tableHtml } from "../../src/report/table.ts";
import { usualActivations, type Suite, type Observer } from "../suite.ts";
import { testChart } from "./chart.ts";
import { lossCurves } from "./curves.ts";
import type { TrainingOptions, TrainingResult, TrainingRow } from "./result.ts";
import { trainingTable } from "./table.ts";
import { prepareTraining, trainWith, type PreparedTraining } from "./train.ts";

/** The same network trained with each activation. */
export const training: Suite<TrainingOptions, TrainingResult> = {
  help: "a network trained with each activation",
  options: ({
    activations = usualActivations,
    formulas,
    dataset,
    layers,
    batch,
    lr,
    quick,
    epochs,
    seeds,
  }) => ({
    activations: [...activations, ...formulas],
    dataset,
    layers,
    batch,
    lr,
    seeds: seeds ?? (quick ? [0] : [0, 1, 2]),
    epochs: epochs ?? 1,
    ...(quick && epochs === undefined ? { maxSteps: 60 } : {}),
  }),
  async prepare(options, host) {
    const prepared = await prepareTraining(options, host);
    const { activations: names } = options;
    return {
      expect(progress, software) {
        const { steps, seeds } = prepared.result;
        progress.add("steps", names.length * steps, software ? 0.012 * seeds.length : 0.0005);
        progress.add("around", names.length, software ? 2.5 : 0.5); // placing data, compiling, evaluating
      },
      async run(gpu, observer) {
        const rows: TrainingRow[] = [];
        for (const [i, name] of names.entries()) {
          if (observer.signal.aborted) break;
          const nth = `training ${i + 1} of ${names.length}`;
          rows.push(await observer.once(name, () => trainRow(gpu, name, nth, prepared, observer)));
        }
        return { ...prepared.result, rows };
      },
    };
  },
  tables: (result) => (result.rows.length === 0 ? [] : [trainingTable(result)]),
  report(result) {
    if (result.rows.length === 0) return undefined;
    const table = trainingTable(result);
    return html` <h2>${table.title}</h2>
      ${testChart(result)} ${lossCurves(result)} ${tableHtml(table)}`;
  },
  ratios: ({ sizes, batch, seeds, dataset, rows }, adapter) =>
    rows.flatMap(({ name, imagesPerSecond }) => {
      if (imagesPerSecond === undefined || adapter === undefined) return [];
      const replicas = seeds.length === 1 ? "" : `, ${seeds.length} replicas`;
      const title = `train ${sizes.join("-")} ${name} on ${dataset}, batch ${batch}${replicas}`;
      const value = (imagesPerSecond * flopsPerRow(sizes)) / 1e9 / adapter.gflops;
      return [{ name: title, to: "multiply-add", value }];
    }),
  method: ({ seeds, batch, lr, steps, trainRows, sizes }) => [
    `Training: a network ${sizes.join("-")}, the activation after every hidden layer, Adam with learning rate ${lr}, ` +
      `batches of ${batch} from ${whole(trainRows)} rows, ${whole(steps)} steps. All activations saw the same batches ` +
      `in the same order. ${seeds.length > 1 ? "The seeds" : "The seed"} ${seeds.join(", ")} of the starting weights ` +
      `${seeds.length > 1 ? "are replicas trained at once in one recorded step." : "is the only one: no interval."}`,
    "Starting weights suit the activation (He or Glorot). One learning rate for all is not every " +
      "activation's best: this compares them at one common setting.",
    "Milliseconds per step: time between the ends of two submits divided by their steps; the first submits, which warm " +
      "up, are left out. Compiling is not counted. Trainings run one after another, so other load on the machine " +
      "shows in these times: small differences between activations mean nothing, and none is marked as best.",
  ],
};

/** Of the three products with each weight: forward, and backward to the weights and to the inputs but the first. */
const flopsPerRow = (sizes: readonly number[]): number =>
  sizes.slice(1).reduce((sum, out, i) => sum + (i === 0 ? 4 : 6) * sizes[i]! * out, 0);

const formatLoss = (loss: number): string => (Number.isFinite(loss) ? loss.toFixed(3) : "not finite");

async function trainRow(
  gpu: Gpu,
  name: string,
  nth: string,
  prepared: PreparedTraining,
  { signal, progress, begin }: Observer,
): Promise<TrainingRow> {
  const place = `${nth}, ${name}`;
  const { steps } = prepared.result;
  const start = performance.now();
  let before = 0;
  begin(place);
  const row = await trainWith(gpu, name, prepared, signal, (step, loss, seconds) => {
    progress.advance("steps", step - before, before === 0 ? 0 : seconds); // the first warms up
    before = step;
    begin(`${place}: step ${step} of ${steps}, loss ${loss.map(formatLoss).join(" ")}`);
  });
  progress.advance("around", 1, (performance.now() - start) / 1000 - row.seconds);
  return row;
}
