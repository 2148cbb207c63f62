/** A race as JSON: exported, stored across reloads, recorded for those without a GPU, or dropped. */
import * as v from "valibot";
import { checkSetup } from "../setup.ts";
import type { Scores } from "../worker/protocol.ts";
import { RaceResults } from "./results.ts";

export const FORMAT = "actigrad-race-3";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** NaN and infinite where training diverged. */
const loss = v.union([v.number(), v.nan()]);

const scores = { loss: v.array(loss), accuracy: v.array(loss), rmse: v.array(loss) };

export const raceFileSchema = v.object({
  format: v.literal(FORMAT),
  date: v.pipe(v.string(), v.isoTimestamp()),
  adapter: v.object({
    vendor: v.string(),
    architecture: v.string(),
    description: v.string(),
    software: v.boolean(),
  }),
  /** Checked by its own table. */
  setup: v.unknown(),
  facts: v.object({
    dataset: v.string(),
    trainRows: count,
    validationRows: count,
    testRows: count,
    inputs: count,
    outputs: count,
    kind: v.picklist(["classes", "values"]),
    chance: loss,
    data: v.optional(v.array(v.string()), []),
    sample: v.array(count),
    steps: count,
    stepsPerEpoch: count,
    columns: v.pipe(count, v.minValue(1), v.maxValue(256)),
  }),
  complete: v.boolean(),
  bentAt: v.optional(count),
  runners: v.array(
    v.object({
      activation: v.string(),
      /** Steps and seconds of training after each report. */
      marks: v.array(v.tuple([count, v.number()])),
      /** [column][step] */
      losses: v.array(v.array(loss)),
      evaluations: v.array(
        v.object({
          step: count,
          seconds: v.number(),
          ...scores,
          validation: v.optional(v.object(scores)),
        }),
      ),
      reachedAt: v.nullable(count),
    }),
  ),
});

export type RaceFile = v.InferOutput<typeof raceFileSchema>;

/** Eight digits distinguish a float32 from most of its neighbours, and keep files small. */
const rounded = (value: number): number => Number(value.toPrecision(8));

const roundedScores = ({ loss: losses, accuracy, rmse }: Scores) => ({
  loss: losses.map(rounded),
  accuracy: accuracy.map(rounded),
  rmse: rmse.map(rounded),
});

export function writeRace(results: RaceResults): RaceFile {
  const { date, adapter, setup, facts, complete, bentAt } = results;
  return {
    format: FORMAT,
    date,
    adapter: { ...adapter },
    setup,
    facts: { ...facts, sample: [...facts.sample], data: [...facts.data] },
    complete,
    ...(bentAt !== undefined && { bentAt }),
    runners: results.runners.map((runner) => ({
      activation: runner.activation,
      marks: runner.marks.map(([step, seconds]) => [step, Number(seconds.toFixed(4))]),
      losses: runner.losses.map((column) => Array.from(column, rounded)),
      evaluations: runner.evaluations.map(({ step, seconds, validation, ...test }) => ({
        step,
        seconds: Number(seconds.toFixed(4)),
        ...roundedScores(test),
        ...(validation && { validation: roundedScores(validation) }),
      })),
      reachedAt: runner.reachedAt ?? null,
    })),
  };
}

/** @throws Error that says what is wrong, if it is not a race, or its parts do not fit each other */
export function readRace(value: unknown): RaceResults {
  const parsed = v.safeParse(raceFileSchema, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Error(`${issue.path?.map(({ key }) => String(key)).join(".") ?? "file"}: ${issue.message}`);
  }
  const { adapter, facts, date, runners } = parsed.output;
  const setup = checkSetup(parsed.output.setup);
  const results = new RaceResults(setup, adapter, facts, date);
  if (runners.length !== results.runners.length) throw new Error("runners: not as many as activations");
  if (facts.columns !== setup.lr.length * setup.replicas)
    throw new Error("facts.columns: not as many as learning rates times seeds");
  results.bentAt = parsed.output.bentAt;
  for (const [i, runner] of runners.entries()) fill(results, i, runner, facts.columns);
  return results;
}

function fill(results: RaceResults, i: number, file: RaceFile["runners"][number], columns: number): void {
  const { losses, marks, evaluations, reachedAt } = file;
  const steps = losses[0]?.length ?? 0;
  if (losses.length !== columns || losses.some((column) => column.length !== steps))
    throw new Error(`runners.${i}.losses: not ${columns} columns of the same length`);
  let from = 0;
  for (const [to, seconds] of marks) {
    if (to < from || to > steps) throw new Error(`runners.${i}.marks: step ${to} is out of order`);
    const own = losses.map((column) => Float32Array.from(column.slice(from, to)));
    results.take({ kind: "losses", run: 0, runner: i, from, losses: own, seconds });
    from = to;
  }
  if (from !== steps) throw new Error(`runners.${i}.marks: the last is step ${from} of ${steps}`);
  for (const point of evaluations) results.take({ kind: "evaluation", run: 0, runner: i, ...point });
  if (reachedAt !== null) results.take({ kind: "reached", run: 0, runner: i, step: reachedAt });
}
