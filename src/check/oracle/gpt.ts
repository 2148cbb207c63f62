/** Cases of language models: training from given weights on given tokens, and generating text. */
import { elements } from "../../core/shape.ts";
import type { ClassDataset } from "../../data/dataset.ts";
import type { HostArray } from "../../device/layout.ts";
import { readSafetensors } from "../../data/formats/safetensors.ts";
import { Graph, type StepValues } from "../../graph/graph.ts";
import { lossOf } from "../../nn/loss.ts";
import { ActigradError } from "../../core/errors.ts";
import { grad } from "../../graph/grad.ts";
import { batchIndices, gather } from "../../graph/ops/gather.ts";
import { data } from "../../graph/ops/source.ts";
import { windowAt, windowPlaces } from "../../graph/ops/windows.ts";
import { crossEntropy } from "../../nn/losses/index.ts";
import { type GptOptions, gpt } from "../../nn/sequence/gpt.ts";
import type { Model } from "../../nn/sequential.ts";
import { adamW, clipNorm, parameterGroup } from "../../optim/index.ts";
import { foreignModel, foreignWeights, placeOf } from "../../train/hugging-face.ts";
import { decodingGraph } from "../../train/decode.ts";
import { updateScalars } from "../../train/update.ts";
import {
  type DataTensors,
  type RowSource,
  batchScalars,
  evaluationGraph,
  trainingGraph,
} from "../../train/step.ts";
import type { Entry, OracleCase } from "./oracle.ts";
import type { Expectation, Machine, Problem, Runner, Values } from "./problem.ts";
import { chooseSchedule, rates } from "./schedules.ts";
import { type Slice, activationOf, collect, fill, piecesOf } from "./sequence-layers.ts";

/** Builds the model of a case. */
export function modelOf(
  oracleCase: OracleCase,
  context: number,
): { readonly model: Model; readonly options: GptOptions } {
  const number = (name: string): number => oracleCase.number("model", name);
  const rotary = oracleCase.text("model", "pos") === "rope";
  const options: GptOptions = {
    vocabulary: number("vocab"),
    context,
    layers: number("layers"),
    heads: number("heads"),
    keyHeads: number("kvHeads"),
    width: number("d"),
    hidden: number("dff"),
    positions: number("block"),
    activation: activationOf(oracleCase.text("model", "act")),
    normType: oracleCase.text("model", "norm") === "rmsnorm" ? "rms" : "layer",
    eps: number("eps"),
    bias: oracleCase.get("model", "bias") === true,
    tied: oracleCase.get("model", "tied") === true,
    ...(rotary && { rotary: { base: number("ropeBase") } }),
  };
  return { model: gpt(options), options };
}

/** Where one of the case's weights lies in the model's, which store queries, keys and values in one tensor. */
export function sliceOf(
  name: string,
  { layers, heads, keyHeads = heads, width, rotary }: GptOptions,
): Slice[] {
  const first = rotary === undefined ? 2 : 1;
  if (name === "wte") return [{ view: "0.weight" }];
  if (name === "wpe") return [{ view: "1.weight" }];
  const kind = name.endsWith(".b") ? "bias" : "weight";
  if (name.startsWith("lnf")) return [{ view: `${first + layers}.${kind}` }];
  if (name.startsWith("head")) return [{ view: `${first + layers + 1}.weight` }];
  const [, block, part, own] = /^h\.(\d+)\.(\w+)\.(\w+)$/.exec(name)!;
  const layer = first + Number(block);
  if (part === "ln1" || part === "ln2")
    return [{ view: `${layer}.norm${part[2]}.${own === "b" ? "bias" : "weight"}` }];
  const what = own!.startsWith("b") ? "bias" : "weight";
  const dim = width / heads;
  const rows: Readonly<Record<string, number>> = { q: 0, k: width, v: width + keyHeads * dim };
  if (part === "attn") {
    const letter = own![1]!;
    if (letter === "o") return [{ view: `${layer}.self_attn.out_proj.${what}` }];
    return [{ view: `${layer}.self_attn.in_proj_${what}`, from: rows[letter]! }];
  }
  return [{ view: `${layer}.${own![1] === "g" ? "linear_gate" : `linear${own![1]}`}.${what}` }];
}

/** The tokens and targets of all steps, one batch after another. */
function givenTokens(oracleCase: OracleCase, vocabulary: number): ClassDataset {
  const tokens = oracleCase.tensor("in", "tokens");
  const [steps, batch, time] = tokens.shape as [number, number, number];
  const rows = steps * batch;
  const source: RowSource = {
    forward: rows,
    check: () => undefined,
    tensors: (prefix): DataTensors => ({
      x: { name: `${prefix}.x`, shape: [1, rows, time], dtype: "f32" },
      y: { name: `${prefix}.y`, shape: [1, 1, rows * time], dtype: "u32" },
    }),
    batch(graph, { x, y }) {
      const indices = batchIndices(graph, { count: batch, rows, seed: null });
      const places = windowPlaces(graph, {
        count: batch * time,
        each: time,
        windows: rows,
        stride: time,
        shift: 0,
        seed: null,
      });
      return {
        x: gather(data(graph, x.name, x.shape), indices),
        y: windowAt(data(graph, y.name, y.shape, "u32"), places, 1),
      };
    },
  };
  return {
    kind: "classes",
    name: oracleCase.id,
    rows,
    shape: [time],
    x: Float32Array.from(tokens.data),
    labels: Uint32Array.from(oracleCase.tensor("in", "targets").data),
    classes: vocabulary,
    source,
  };
}

/** Trains as `Trainer` does, with weight decay on all parameters or on matrices only, as the case says. */
export const languageModel: Runner = (oracleCase, tolerances): Problem => {
  const [steps, batch, time] = oracleCase.tensor("in", "tokens").shape as [number, number, number];
  const { model: plain, options } = modelOf(oracleCase, time);
  const model = oracleCase.text("hyper", "decay") === "all" ? decaying(plain) : plain;
  const drawn = givenTokens(oracleCase, options.vocabulary);
  const tensors = (drawn.source as RowSource).tensors("tokens");
  const about = {
    model,
    loss: crossEntropy({ ignoreIndex: oracleCase.number("ignoreIndex") }),
    replicas: 1,
    batch,
  };
  const schedule = oracleCase.has("schedule") ? chooseSchedule(oracleCase) : undefined;
  const hyper = (name: string): number => oracleCase.number("hyper", name);
  const optimizer = adamW({
    lr: hyper("lr"),
    betas: [hyper("beta1"), hyper("beta2")],
    eps: hyper("eps"),
    weightDecay: hyper("weightDecay"),
    ...(schedule && { schedule }),
    groups: hyper("weightDecay") > 0 && model === plain ? [parameterGroup("*bias", { weightDecay: 0 })] : [],
  });
  const update = oracleCase.has("clip") ? { clip: clipNorm(oracleCase.number("clip", "max")) } : {};
  const train = trainingGraph(about, drawn, tensors, optimizer, null, update);
  const evaluate = evaluationGraph(about, drawn, tensors);
  const start = new Map<string, Float32Array>();
  for (const { node } of train.parameters) start.set(node.label, new Float32Array(elements(node.shape)));
  const nodes = train.parameters.map(({ node }) => node);
  train.graph.output("logits", train.output);
  for (const [i, gradient] of grad(train.loss, nodes).entries())
    train.graph.output(`gradient ${nodes[i]!.label}`, gradient!);
  const named = [...oracleCase.group("weights").keys()].map((name) => {
    const given = oracleCase.tensor("weights", name);
    const pieces = piecesOf(train.parameters, given.shape, sliceOf(name, options), "");
    fill(pieces, given.data, start);
    return { name, pieces };
  });
  const silent = new Set(listOf(oracleCase, "nullGradient"));
  const subject = { section: "gpt", id: oracleCase.id, op: "language_model" } as const;
  const expectation = (tensor: string, want: Values, kind = tensor): Expectation => ({
    tensor,
    want,
    bound: tolerances.of(subject, kind, want),
  });
  const computed = rates(oracleCase, schedule);
  const expected = [
    expectation("logits", oracleCase.tensor("out", "logits").data),
    expectation("loss", oracleCase.tensor("out", "loss").data),
    expectation("lr", oracleCase.tensor("out", "lr").data),
    ...named.map(({ name }) => {
      const want = oracleCase.tensor("out", "grads", name).data;
      // Where the true gradient is 0, a relative tolerance has no meaning.
      return silent.has(name)
        ? { tensor: `grads.${name}`, want, bound: { atol: 1e-6, rtol: 0 } }
        : expectation(`grads.${name}`, want, "grads");
    }),
    ...named
      .filter(({ name }) => !silent.has(name))
      .map(({ name }) =>
        expectation(`params.${name}`, oracleCase.tensor("out", "params", name).data, "params"),
      ),
  ];
  const going = generation(oracleCase, gpt({ ...options, context: options.positions! }));
  const states = new Map<string, HostArray>([
    [tensors.x.name, drawn.x],
    [tensors.y.name, drawn.labels],
    ["alive", Float32Array.of(1)],
    ...start,
  ]);
  const scalars = (step: number): StepValues => ({
    ...batchScalars(step, drawn.rows, batch, 0),
    ...updateScalars(step, 1, optimizer, update),
  });
  return {
    graphs: { train: train.graph, evaluate, ...going.graphs },
    start: states,
    expected: [...expected, ...going.expected.map(({ tensor, want }) => expectation(tensor, want))],
    async measure(machine) {
      const found = new Map<string, Values>([...computed, ...(await going.measure(machine))]);
      await machine.run("train", [scalars(0)]);
      found.set("logits", await machine.output("train", "logits"));
      await readAll(named, "grads", found, (label) => machine.output("train", `gradient ${label}`));
      await machine.run(
        "train",
        Array.from({ length: steps - 1 }, (_, i) => scalars(i + 1)),
      );
      const ring = await machine.state("losses");
      await machine.run("evaluate", [{ start: 0, rows: drawn.rows, keep: 0 }]);
      const [total, count] = [
        await machine.state("evaluation.loss"),
        await machine.state("evaluation.count"),
      ];
      found.set("loss", [...Array.from(ring).slice(0, steps), total[0]! / count[0]!]);
      await readAll(named, "params", found, (label) => machine.state(label));
      return found;
    },
  };
};

/** Generates from the case's prompt, always taking the likeliest token: one token per step, with cached keys and values. */
export function generation(
  oracleCase: OracleCase,
  model: Model,
): {
  readonly graphs: Problem["graphs"];
  readonly expected: readonly Pick<Expectation, "tensor" | "want">[];
  measure(machine: Machine): Promise<Map<string, Values>>;
} {
  const { graph, logits } = decodingGraph(model);
  const vocabulary = elements(logits.shape);
  const ids = oracleCase.tensor("generate", "ids").data;
  const expected = [
    { tensor: "generate.ids", want: ids },
    { tensor: "generate.logits", want: oracleCase.tensor("generate", "logits").data },
  ];
  return {
    graphs: { decode: graph },
    expected,
    async measure(machine) {
      const [chosen, all]: [number[], number[]] = [[], []];
      const seen = Array.from(oracleCase.tensor("generate", "prompt").data);
      for (let position = 0; chosen.length < ids.length; position++) {
        await machine.run("decode", [{ token: seen[position]!, position }]);
        if (position < seen.length - 1) continue;
        const row = Array.from(await machine.output("decode", "logits")).slice(0, vocabulary);
        const best = row.indexOf(Math.max(...row));
        chosen.push(best);
        seen.push(best);
        all.push(...row);
      }
      return new Map([
        ["generate.ids", chosen],
        ["generate.logits", all],
      ]);
    },
  };
}

/** A model in Hugging Face's files: its logits and loss for a text, and the gradients in the files' own layouts. */
export const languageModelFile: Runner = (oracleCase, tolerances): Problem => {
  const ids = oracleCase.tensor("in", "ids");
  const [batch, time] = ids.shape as [number, number];
  const config = JSON.parse(new TextDecoder().decode(fileOf(oracleCase, "config"))) as unknown;
  const { model, parts } = foreignModel(config, time);
  const { tensors } = readSafetensors(fileOf(oracleCase, "file"), oracleCase.text("file"));
  const weights = foreignWeights({ ...foreignModel(config, time) }, tensors);
  const graph = new Graph();
  const x = data(graph, "ids", [1, batch, time]);
  const built = model.build(graph, x, 1);
  const ignored = -100;
  const targets = Uint32Array.from({ length: batch * time }, (_, i) =>
    (i + 1) % time === 0 ? ignored : ids.data[i + 1]!,
  );
  const target = data(graph, "targets", [1, batch * time, 1], "u32");
  const loss = lossOf(crossEntropy({ ignoreIndex: ignored }), built.output, target);
  graph.output("logits", built.output);
  graph.output("loss", loss);
  const start = new Map<string, HostArray>([
    ["ids", Float32Array.from(ids.data)],
    ["targets", targets],
  ]);
  for (const { node, views } of built.parameters) {
    const values = new Float32Array(elements(node.shape));
    for (const { name, shape, index } of views) {
      const own = weights.get(name)!.data;
      for (let i = 0; i < elements(shape); i++) values[index(i)] = own[i]!;
    }
    start.set(node.label, values);
  }
  const withGradients = oracleCase.has("out", "grads");
  const nodes = built.parameters.map(({ node }) => node);
  if (withGradients)
    for (const [i, gradient] of grad(loss, nodes).entries())
      graph.output(`gradient ${nodes[i]!.label}`, gradient!);
  const going = generation(oracleCase, foreignModel(config).model);
  const subject = { section: "gpt", id: oracleCase.id, op: "language_model_file" } as const;
  const expectation = (tensor: string, want: Values, kind = tensor): Expectation => ({
    tensor,
    want,
    bound: tolerances.of(subject, kind, want),
  });
  return {
    graphs: { model: graph, ...going.graphs },
    start,
    expected: [
      expectation("logits", oracleCase.tensor("out", "logits").data),
      expectation("loss", oracleCase.tensor("out", "loss").data),
      ...[...oracleCase.group("out", "grads").keys()].map((name) =>
        expectation(`grads.${name}`, oracleCase.tensor("out", "grads", name).data, "grads"),
      ),
      ...going.expected.map(({ tensor, want }) => expectation(tensor, want)),
    ],
    async measure(machine) {
      await machine.run("model", [{}]);
      const found = new Map<string, Values>(await going.measure(machine));
      for (const name of ["logits", "loss"]) found.set(name, await machine.output("model", name));
      if (!withGradients) return found;
      for (const part of parts) {
        const { node, view } = built.parameters
          .flatMap((parameter) => parameter.views.map((own) => ({ node: parameter.node, view: own })))
          .find((known) => known.view.name === part.view)!;
        const all = await machine.output("model", `gradient ${node.label}`);
        const values = Float32Array.from(
          { length: elements(part.shape) },
          (_, i) => all[view.index(placeOf(part, i))]!,
        );
        found.set(`grads.${part.name}`, values);
      }
      return found;
    },
  };
};

function fileOf(oracleCase: OracleCase, field: string): Uint8Array<ArrayBuffer> {
  const bytes = oracleCase.files.get(oracleCase.text(field));
  if (bytes !== undefined) return bytes;
  throw new ActigradError("format", `${oracleCase.where}: the file ${oracleCase.text(field)} was not read`);
}

type Named = readonly { readonly name: string; readonly pieces: ReturnType<typeof piecesOf> }[];

/** Reads all parameters and stores each under the case's name for it. */
async function readAll(
  named: Named,
  group: string,
  found: Map<string, Values>,
  read: (label: string) => ReturnType<Machine["state"]>,
): Promise<void> {
  const labels = [
    ...new Set(named.flatMap(({ pieces }) => pieces.map(({ parameter }) => parameter.node.label))),
  ];
  const all = new Map(await Promise.all(labels.map(async (label) => [label, await read(label)] as const)));
  for (const { name, pieces } of named)
    found.set(
      `${group}.${name}`,
      collect(pieces, ({ node }) => all.get(node.label)!),
    );
}

const listOf = (entry: Entry, name: string): string[] => {
  const value = entry.get(name);
  return Array.isArray(value) ? value.map(String) : [];
};

/** The model with weight decay on every parameter, including norms. */
const decaying = (model: Model): Model => ({
  ...model,
  build(...given) {
    const built = model.build(...given);
    return {
      ...built,
      parameters: built.parameters.map((parameter) => ({ ...parameter, weightDecay: true })),
    };
  },
});
