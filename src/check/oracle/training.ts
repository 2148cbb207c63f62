/** Cases that train a 2-16-16-3 network: with one optimizer (optim), or with one activation (trajectories). */
import { ActigradError } from "../../core/errors.ts";
import { elements } from "../../core/shape.ts";
import type { HostArray } from "../../device/layout.ts";
import type { StepValues } from "../../graph/graph.ts";
import type { Layer } from "../../nn/layer.ts";
import { linear } from "../../nn/linear.ts";
import { crossEntropy } from "../../nn/losses/index.ts";
import { sequential } from "../../nn/sequential.ts";
import { grad } from "../../graph/grad.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import { type UpdateOptions, updateScalars } from "../../train/update.ts";
import { RING } from "../../train/losses.ts";
import { batchScalars, dataTensors, evaluationGraph, trainingGraph } from "../../train/step.ts";
import { type NamedView, dataset, inBatches, namedViews, valuesOf } from "./network.ts";
import { type Fields, type OracleCase, OracleTensor } from "./oracle.ts";
import type { Machine, Problem, Values } from "./problem.ts";
import type { Bound } from "./tolerance.ts";

/** What a training case runs. */
export interface TrainingSpec {
  /** The hidden activations as layers, one per hidden layer. */
  readonly hidden: readonly Layer[];
  /** The NAME in the oracle's tensor `act1.NAME`, for a parameter that an activation learns. */
  readonly learnedName?: (param: string) => string;
  readonly optimizer: Optimizer;
  readonly update?: UpdateOptions;
  /** Tensors that the host computes for the step table, as in training: learning rates. */
  readonly computed?: ReadonlyMap<string, Values>;
  /** Starting values by the oracle's names. */
  readonly init: Fields;
  /** Rows of each step's batch, [steps, batch]. Default: every batch is the whole dataset. */
  readonly batches?: OracleTensor;
  readonly bounds: (tensor: string, want: Values) => Bound;
}

/** Seed of the shuffled order; rows are placed so that this order draws the case's batches. */
const SEED = 0;

/** Steps between two reads of the ring of losses, which holds more. */
const LOOK = RING / 2;

/** A tensor that is read after a number of steps. */
interface Reading {
  readonly tensor: string;
  readonly want: Values;
  readonly after: number;
  read(machine: Machine): Promise<Values>;
}

/** Trains as `Trainer` does, with the same step graph and scalars. The loss after the last step comes from an evaluation. */
export function trainingProblem(oracleCase: OracleCase, spec: TrainingSpec): Problem {
  const { index } = oracleCase;
  const steps = index.number("steps");
  const sizes = ["w1", "w2", "w3"].map((name) => matrixSizes(oracleCase, spec.init, name));
  const whole = dataset(index, sizes.at(-1)![0]);
  const { rows } = whole;
  const batch = spec.batches?.shape[1] ?? rows;
  const drawn = spec.batches === undefined ? whole : inBatches(whole, spec.batches, { steps, seed: SEED });
  const layers = sizes.flatMap(([out, inputs], i) => [linear(inputs, out), ...spec.hidden.slice(i, i + 1)]);
  const about = { model: sequential(...layers), loss: crossEntropy(), replicas: 1 };
  const tensors = { train: dataTensors(drawn, "train"), test: dataTensors(whole, "test") };
  const train = trainingGraph({ ...about, batch }, drawn, tensors.train, spec.optimizer, SEED, spec.update);
  const evaluate = evaluationGraph({ ...about, batch: rows }, whole, tensors.test);
  const views = namedViews(train.parameters, spec.learnedName);

  const start = new Map<string, HostArray>([
    [tensors.train.x.name, drawn.x],
    [tensors.train.y.name, drawn.labels],
    [tensors.test.x.name, whole.x],
    [tensors.test.y.name, whole.labels],
    ["alive", Float32Array.of(1)],
  ]);
  for (const { node } of train.parameters) start.set(node.label, new Float32Array(elements(node.shape)));
  for (const { name, parameter, view } of views) {
    const values = tensorOf(oracleCase, spec.init, name, elements(view.shape)).data;
    for (const [i, value] of values.entries()) start.get(parameter.node.label)![view.index(i)] = value;
  }

  const readings = readingsOf(oracleCase, views, steps);
  if (oracleCase.has("gradNorm")) {
    // The gradients are in the graph already: `grad` returns the nodes that the update reads.
    const nodes = train.parameters.map(({ node }) => node);
    for (const [i, gradient] of grad(train.loss, nodes).entries())
      train.graph.output(nodes[i]!.label, gradient!);
  }
  const losses = oracleCase.has("out", "loss") ? oracleCase.tensor("out", "loss").data : undefined;
  if (losses !== undefined && losses.length !== steps + 1)
    throw new ActigradError("format", `${oracleCase.where}: ${losses.length} losses of ${steps} steps`);

  const scalars = (step: number): StepValues => ({
    ...batchScalars(step, drawn.rows, batch, SEED),
    ...updateScalars(step, 1, spec.optimizer, spec.update ?? {}),
  });
  // Each step's gradient norm is read right after that step.
  const norms = oracleCase.has("out", "clipNorm") ? oracleCase.tensor("out", "clipNorm").data : undefined;
  if (norms !== undefined && train.norm !== undefined) train.graph.output("norm", train.norm);
  const listed = [
    ["loss", losses],
    ["clipNorm", norms],
    ...["lr", "momentum"].map((n) => [
      n,
      oracleCase.has("out", n) ? oracleCase.tensor("out", n).data : undefined,
    ]),
  ] as [string, Values | undefined][];
  const wanted = [
    ...readings,
    ...listed.flatMap(([tensor, want]) => (want === undefined ? [] : [{ tensor, want }])),
  ];
  return {
    graphs: { train: train.graph, evaluate },
    start,
    expected: wanted.map(({ tensor, want }) => ({ tensor, want, bound: spec.bounds(tensor, want) })),
    async measure(machine) {
      const found = new Map<string, Values>(spec.computed);
      const seen: number[] = [];
      const lengths: number[] = [];
      const every = norms === undefined ? [] : Array.from({ length: steps }, (_, i) => i + 1);
      for (const stop of stops(readings, steps, every)) {
        const next = Array.from({ length: stop - seen.length }, (_, i) => scalars(seen.length + i));
        await machine.run("train", next);
        if (norms !== undefined && train.norm !== undefined)
          lengths.push((await machine.output("train", "norm"))[0]!);
        const due = readings.filter(({ after }) => after === stop);
        await Promise.all(due.map(async ({ tensor, read }) => found.set(tensor, await read(machine))));
        const ring = await machine.state("losses");
        while (seen.length < stop) seen.push(ring[seen.length % RING]!);
      }
      await machine.run("evaluate", [{ start: 0, rows, keep: 0 }]);
      const [total] = Array.from(await machine.state("evaluation.loss"));
      found.set("loss", [...seen, total! / rows]);
      if (norms !== undefined) found.set("clipNorm", lengths);
      return found;
    },
  };
}

/** The tensors that a case lists besides the losses: parameters after 1, 5 and all steps, and gradient norms. */
function readingsOf(oracleCase: OracleCase, views: readonly NamedView[], steps: number): Reading[] {
  const viewOf = (name: string): NamedView => {
    const view = views.find((v) => v.name === name);
    if (view === undefined) throw new ActigradError("format", `${oracleCase.where}: no parameter "${name}"`);
    return view;
  };
  const checked = (after: number): number => {
    if (Number.isSafeInteger(after) && after >= 1 && after <= steps) return after;
    throw new ActigradError(
      "format",
      `${oracleCase.where}: nothing to read after ${after} of ${steps} steps`,
    );
  };
  const parameters = [...oracleCase.group("out").keys()].flatMap((group) => {
    const count = /^params(?:After(\d+))?$/.exec(group);
    if (count === null) return [];
    const after = checked(Number(count[1] ?? steps));
    return [...oracleCase.group("out", group)].map(([name]): Reading => {
      const view = viewOf(name);
      const want = tensorOf(oracleCase, oracleCase.group("out", group), name, elements(view.view.shape)).data;
      const read = async (machine: Machine): Promise<Values> =>
        valuesOf(view, await machine.state(view.parameter.node.label));
      return { tensor: `${group}.${name}`, want, after, read };
    });
  });
  const norms = [...oracleCase.group("gradNorm").keys()].flatMap((step) => {
    const after = checked(Number(step) + 1);
    return [...oracleCase.group("gradNorm", step).keys()].map((name): Reading => {
      const view = viewOf(name);
      const read = async (machine: Machine): Promise<Values> => [
        Math.hypot(...valuesOf(view, await machine.output("train", view.parameter.node.label))),
      ];
      const want = [oracleCase.number("gradNorm", step, name)];
      return { tensor: `gradNorm.${step}.${name}`, want, after, read };
    });
  });
  return [...parameters, ...norms];
}

/** The step counts after which something is read. */
function stops(readings: readonly Reading[], steps: number, more: readonly number[]): number[] {
  const looks = Array.from({ length: Math.floor(steps / LOOK) }, (_, i) => (i + 1) * LOOK);
  return [...new Set([...readings.map(({ after }) => after), ...looks, ...more, steps])].toSorted(
    (a, b) => a - b,
  );
}

function matrixSizes(oracleCase: OracleCase, group: Fields, name: string): readonly [number, number] {
  const { shape } = tensorOf(oracleCase, group, name);
  const [out, inputs] = shape;
  if (shape.length === 2 && out !== undefined && inputs !== undefined) return [out, inputs];
  throw new ActigradError(
    "format",
    `${oracleCase.where}: ${name} is [${shape.join(",")}], expected two axes`,
  );
}

function tensorOf(oracleCase: OracleCase, group: Fields, name: string, size?: number): OracleTensor {
  const value = group.get(name);
  if (value instanceof OracleTensor && (size === undefined || value.data.length === size)) return value;
  const expected = size === undefined ? `a tensor "${name}"` : `a tensor "${name}" of ${size} values`;
  throw new ActigradError("format", `${oracleCase.where}: expected ${expected}`);
}
