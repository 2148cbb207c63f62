import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { version } from "../../src/core/version.ts";
import { ActigradError } from "../../src/core/errors.ts";
import { type ModelFile, readModelFile, writeModelFile } from "../../src/data/formats/model-file.ts";
import { readSafetensors, writeSafetensors } from "../../src/data/formats/safetensors.ts";
import type { Tensor } from "../../src/data/formats/tensor.ts";
import {
  type Model,
  Graph,
  avgPool2d,
  batchNorm1d,
  batchNorm2d,
  bilinear,
  concat,
  conv1d,
  conv2d,
  convTranspose2d,
  crelu,
  defineActivation,
  defineLayer,
  dropout,
  elu,
  embedding,
  flatten,
  formula,
  gated,
  geglu,
  gegluTanh,
  globalAvgPool2d,
  glu,
  groupNorm,
  kan,
  layerNorm,
  leakyRelu,
  learnedPositions,
  linear,
  load,
  logSoftmax,
  maxPool2d,
  maxout,
  multiheadAttention,
  parseActivation,
  prelu,
  printGraph,
  recompute,
  reglu,
  relu,
  rnn,
  gru,
  lstm,
  reshape,
  residual,
  rmsNorm,
  rrelu,
  sequential,
  sinusoidalPositions,
  softmax,
  softmin,
  swiglu,
  swish,
  tiedOutput,
  transformerBlock,
  unflatten,
  upsample,
} from "../../src/index.ts";
import { load as loadFile } from "../../src/node.ts";
import { data } from "../../src/graph/ops/source.ts";
import { describeLayers } from "../../src/nn/layer-records.ts";
import { makers } from "../../src/nn/layers-from-records.ts";

/** A model's graph as text, and its starting weights by name. */
function built(model: Model) {
  const graph = new Graph();
  const { parameters, output } = model.build(graph, data(graph, "x", [1, 4, model.inputs]), 1, true);
  graph.output("y", output);
  const weights = new Map<string, Tensor<Float32Array>>();
  for (const { views, init } of parameters) {
    const values = init(7);
    for (const { name, shape, index } of views) {
      const count = shape.reduce((a, b) => a * b, 1);
      weights.set(name, { shape, data: Float32Array.from({ length: count }, (_, i) => values[index(i)]!) });
    }
  }
  return { text: printGraph(graph), weights };
}

const fileOf = (model: Model, about: Partial<ModelFile> = {}): ModelFile => ({
  engine: version,
  layers: describeLayers(model.layers),
  outputs: "logits",
  weights: [built(model).weights],
  ...about,
});

const half = {
  formula: "x / 2",
  saves: "x",
  wgsl: { f: "0.5 * x", dfdx: "T(0.5)" },
  f: (x: number) => x / 2,
  dfdx: () => 0.5,
} as const;
const wave = defineActivation({ ...half, name: "wave" });
const double = defineLayer({ kind: "double", title: "double(2)", build: (_, x) => x });

const models: Readonly<Record<string, Model>> = {
  features: sequential(
    linear(6, 8),
    batchNorm1d(8, { momentum: 0.2, affine: false }),
    leakyRelu({ negativeSlope: 0.3 }),
    linear(8, 8),
    layerNorm(8),
    prelu({ perChannel: true }),
    rmsNorm(8, { eps: 1e-3 }),
    dropout(0.25),
    swish({ beta: 1.5, learn: true }),
    prelu({ learn: false }),
    linear(8, 6),
    rrelu,
  ),
  grouped: sequential(
    glu(4, 6, { gate: "first" }),
    maxout({ pieces: 3, ties: "even" }),
    crelu(),
    glu(),
    reglu(2, 4),
    geglu(),
    gegluTanh(2, 4),
    swiglu({ gate: "second" }),
    bilinear(2, 4),
    gated(elu({ alpha: 2 }), { gate: "first" }),
    maxout(2, 4, { pieces: 2 }),
    softmax({ axis: 0 }),
    softmin(),
    logSoftmax(),
  ),
  images: sequential(
    unflatten([2, 8, 8]),
    conv2d(2, 4, [3, 5], { padding: [1, 2], groups: 2, bias: false }),
    batchNorm2d(4),
    relu,
    residual([conv2d(4, 4, 3, { padding: 1 }), relu()], [conv2d(4, 4, 1)]),
    maxPool2d(2),
    concat([conv2d(4, 2, 1)], [], [residual([relu()])]),
    groupNorm(2, 10, { eps: 1e-4 }),
    avgPool2d(2, { countIncludePad: false }),
    recompute(relu, conv2d(10, 4, 1), relu),
    globalAvgPool2d(),
    flatten(),
    linear(4, 3),
  ),
  words: sequential(
    linear(6, 6, { bias: false }),
    glu(6, 6, { bias: false, gate: "first" }),
    reshape([2, 3]),
    flatten,
    linear(6, 2),
  ),
  edges: sequential(kan(3, 4, { grid: 4, order: 2, range: [-2, 3] }), kan(4, 2)),
  signals: sequential(unflatten([2, 8]), conv1d(2, 4, 3, { padding: 1 }), relu, flatten(), linear(32, 2)),
  larger: sequential(
    unflatten([2, 3, 3]),
    convTranspose2d(2, 4, 3, { stride: 2, outputPadding: 1 }),
    upsample([2, 1]),
    flatten(),
  ),
  sequences: sequential(
    embedding(20, 8, { length: 6 }),
    learnedPositions(9, 8),
    sinusoidalPositions(8, { layout: "halves" }),
    multiheadAttention(8, 2, { causal: true, rotary: { style: "interleaved" } }),
    transformerBlock(8, 2, { activation: swiglu, keyHeads: 1, normType: "rms" }),
    transformerBlock(8, 2, { norm: "post", alibi: true, dropout: 0.1 }),
    tiedOutput(8, 20),
  ),
  recurrent: sequential(
    embedding(9, 4, { length: 5 }),
    rnn(4, 3, { nonlinearity: "relu", layers: 2 }),
    gru(3, 4, { bias: false }),
    lstm(4, 5),
    linear(5, 9),
  ),
  lookup: sequential(embedding(20, 4, { paddingIdx: 0 }), linear(12, 2)),
  formulas: sequential(
    linear(2, 4),
    parseActivation("x * sigmoid(beta * x); beta = 1 learned"),
    parseActivation("spline:points=-3/0/0/0/3/3,monotone,learn"),
    formula("max(x, a * x)", { a: { default: 0.1, learnable: true } })({ a: 0.2, perChannel: true }),
    formula("x * tanh(softplus(x))"),
    linear(4, 1),
  ),
};

describe("layers", () => {
  test.each(Object.entries(models))("%s: read again, the model is the same graph", (_, model) => {
    const saved = load(writeModelFile(fileOf(model)));
    expect(built(saved.model).text).toBe(built(model).text);
    expect(saved.model.layers.length).toBe(model.layers.length);
    expect(saved.weights).toEqual([built(model).weights]);
  });

  test("every function that makes a layer is in one of them", () => {
    const text = JSON.stringify(Object.values(models).map(({ layers }) => describeLayers(layers)));
    for (const name of Object.keys(makers)) expect(text, name).toContain(`"layer":"${name}"`);
  });

  test("one's own are known by their names, and refused by name where they are not given", () => {
    const model = sequential(linear(2, 2), double, wave, residual([double, wave()]));
    const bytes = writeModelFile(fileOf(model));
    const said = (own: object): string => refusal(() => load(bytes, own));
    expect(said({})).toBe(
      'option: the model has a custom layer, "double(2)", which was not given; give its record: load(bytes, { layers: [...] })',
    );
    expect(said({ layers: [double] })).toContain('the model has a custom activation, "wave"');
    const saved = load(bytes, { layers: [double], activations: [wave] });
    expect(built(saved.model).text).toBe(built(model).text);
    expect(said({ layer: [double] })).toContain('did you mean "layers"');
  });

  test("an own activation by the name of one of the engine's is not taken for it", () => {
    const silu = defineActivation({ ...half, name: "silu" });
    const bytes = writeModelFile(fileOf(sequential(linear(2, 2), silu)));
    expect(refusal(() => load(bytes))).toContain('"silu", which was not given');
  });

  test("two layers of one title cannot be told apart", () => {
    const other = defineLayer({ kind: "double", title: "double(2)", build: (_, x) => x });
    expect(refusal(() => describeLayers([double, other]))).toContain(
      'two layers of your own have the title "double(2)"',
    );
  });
});

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ActigradError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "none";
}

describe("the file", () => {
  const model = sequential(linear(2, 3), relu, linear(3, 2));
  const scaling = { features: { mean: [1, 2], std: [0.5, 3] }, targets: { mean: [1e9], std: [7] } };
  const like = {
    task: "values",
    shape: [2],
    features: ["a", 'b"\n'],
    target: "y",
    scaling,
  } as const;

  test("keeps how rows were read, options, what else there is, each replica and the states", () => {
    const second = new Map(
      [...built(model).weights].map(([name, t]) => [name, { ...t, data: t.data.map((v) => -v) }]),
    );
    const file = fileOf(model, {
      data: like,
      outputs: "values",
      training: { loss: "mse" },
      options: { lr: 0.1, activation: ["relu"] },
      extra: { note: "NaN", best: Infinity },
      weights: [built(model).weights, second],
      checkpoint: {
        tensors: new Map([["0.linear.m", { shape: [2, 3, 3], data: new Float32Array(18).fill(NaN) }]]),
        position: { step: 3, schedule: [[NaN, Infinity]] },
      },
    });
    const { model: _, ...read } = load(writeModelFile(file));
    const { layers: __, ...wrote } = file;
    expect(read).toEqual(wrote);
  });

  test("the version is the package's", () => {
    expect(version).toBe((JSON.parse(readFileSync("package.json", "utf8")) as { version: string }).version);
  });

  /** The file with its description changed. */
  const changed = (change: (about: Record<string, unknown>) => unknown): Uint8Array => {
    const { tensors, metadata } = readSafetensors(writeModelFile(fileOf(model, { data: like })));
    const about = JSON.parse(metadata.get("actigrad.model")!) as Record<string, unknown>;
    const to = change(about);
    return writeSafetensors(tensors, [["actigrad.model", typeof to === "string" ? to : JSON.stringify(to)]]);
  };
  const layer = (record: unknown) => changed((about) => ({ ...about, layers: [record] }));
  const deep = (levels: number): unknown =>
    levels === 0 ? [] : [{ layer: "residual", args: [deep(levels - 1)] }];

  test.each<[what: string, bytes: Uint8Array, message: string]>([
    ["another version", changed((a) => ({ ...a, version: 2 })), "version 2 of the model file, expected 1"],
    [
      "no version",
      changed((a) => ({ ...a, version: undefined })),
      "version none of the model file, expected 1",
    ],
    [
      "an earlier model",
      changed(() => ({ inputs: 2, activations: ["relu"] })),
      "before version 1 of the model file",
    ],
    [
      "an earlier checkpoint",
      writeSafetensors([], [["actigrad.checkpoint", "{}"]]),
      "a checkpoint from before version 1",
    ],
    [
      "tensors alone",
      writeSafetensors([["a", { shape: [1], data: Float32Array.of(1) }]]),
      'no "actigrad.model"',
    ],
    [
      "an unknown member",
      changed((a) => ({ ...a, layer: [] })),
      'unknown "layer" in its description; did you mean "layers"',
    ],
    ["no JSON", changed(() => "{"), "the JSON in its metadata is damaged"],
    ["nesting without end", changed(() => `${"[".repeat(200_000)}${"]".repeat(200_000)}`), "is damaged"],
    ["null", changed(() => "null"), "version none"],
    ["layers that are none", changed((a) => ({ ...a, layers: "relu" })), "expected a list of layers"],
    ["other outputs", changed((a) => ({ ...a, outputs: "words" })), "outputs must be logits"],
    [
      "a scaling of other columns",
      changed((a) => ({ ...a, data: { ...like, scaling: { features: { mean: [1], std: [1] } } } })),
      "a mean and a deviation for each feature",
    ],
    [
      "a deviation of 0",
      changed((a) => ({ ...a, data: { ...like, scaling: { targets: { mean: [1], std: [0] } } } })),
      "a mean and a deviation of targets",
    ],
    [
      "a mean that is text",
      changed((a) => ({ ...a, data: { ...like, scaling: { features: { mean: ["1", 2], std: [1, 1] } } } })),
      "for each feature",
    ],
    [
      "a tokenizer that this version does not know",
      changed((a) => ({ ...a, data: { ...like, tokenizer: {} } })),
      'unknown "tokenizer"',
    ],
    [
      "an unknown layer",
      layer({ layer: "linaer", args: [2, 2] }),
      'unknown kind of layer "linaer"; did you mean "linear"?',
    ],
    [
      "a layer of Object.prototype",
      layer({ layer: "constructor", args: ["alert(1)"] }),
      'unknown kind of layer "constructor"',
    ],
    ["no arguments", layer({ layer: "linear" }), "expected a list of arguments"],
    ["arguments of other types", layer({ layer: "linear", args: ["2", null] }), "layer 0"],
    ["a convolution of text", layer({ layer: "conv2d", args: ["a", {}, [[]]] }), "layer 0"],
    ["a block of numbers", layer({ layer: "residual", args: [[1]] }), "layer 0"],
    ["blocks in blocks in blocks", layer((deep(60) as unknown[])[0]), "more than 32 blocks"],
    [
      "an unknown activation",
      layer({ layer: "activation", name: "rellu" }),
      'unknown activation "rellu"; did you mean "relu"?',
    ],
    [
      "an activation with a surrogate",
      layer({ layer: "activation", name: "relu", surrogate: "x" }),
      `an activation's unknown "surrogate"`,
    ],
    [
      "a parameter out of range",
      layer({ layer: "activation", name: "elu", params: { alpha: "x" } }),
      "layer 0",
    ],
    ["code for a formula", layer({ layer: "formula", formula: "fetch('//x')" }), "layer 0"],
    ["a formula without end", layer({ layer: "formula", formula: "(".repeat(1e5) }), "layer 0"],
    ["a number", layer(3), "unknown kind of layer"],
    ["other weights", layer({ layer: "linear", args: [2, 5] }), "these weights belong to another model"],
    [
      "sizes beyond any memory",
      layer({ layer: "linear", args: [2, 1e9] }),
      "these weights belong to another model",
    ],
  ])("%s is a typed error", (_, bytes, message) => {
    const said = refusal(() => load(bytes, { name: "m" }));
    expect(said).toMatch(/^format: m: /);
    expect(said).toContain(message);
  });

  test("states without a position, and replicas with holes, are refused", () => {
    const { tensors, metadata } = readSafetensors(writeModelFile(fileOf(model)));
    const one = { shape: [], data: Float32Array.of(1) };
    const withTensor = (name: string) => writeSafetensors([...tensors, [name, one]], metadata);
    expect(refusal(() => load(withTensor("state/m")))).toContain("how far its training had got");
    expect(refusal(() => load(withTensor("2/0.weight")))).toContain("the tensors of replica 1 are missing");
    expect(refusal(() => load(withTensor("4000000000/0.weight")))).toContain("a replica that does not exist");
  });

  test("whatever the description says, it is read or refused", () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom("linear", "relu", 2, 0, -1, null, true, 1e300, "x * y", "own"),
        tie("list"),
        tie("record"),
      ),
      list: fc.array(tie("any"), { maxLength: 4 }),
      record: fc.dictionary(
        fc.constantFrom("layer", "args", "name", "formula", "params", "learned", "__proto__", "title"),
        tie("any"),
        { maxKeys: 4 },
      ),
    })).any;
    fc.assert(
      fc.property(fc.array(value, { maxLength: 4 }), fc.option(value), (layers, data) => {
        const bytes = changed((about) => ({ ...about, layers, ...(data !== null && { data }) }));
        expect(refusal(() => load(bytes))).not.toBe("");
      }),
      { numRuns: 500 },
    );
  });
});

test("the container alone is read back whatever it holds", () => {
  const file = { engine: "", layers: [{ a: [1] }], outputs: "values", weights: [new Map()] } as const;
  expect(readModelFile(writeModelFile(file), "a")).toEqual(file);
});

test("the entry for Node reads it from the disk, and names the file in what it says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "actigrad-model-"));
  try {
    const [model, path] = [models["features"]!, join(folder, "m.safetensors")];
    writeFileSync(path, writeModelFile(fileOf(model)));
    expect(built((await loadFile(path)).model).text).toBe(built(model).text);
    writeFileSync(path, "no model");
    await expect(loadFile(path)).rejects.toMatchObject({
      code: "format",
      message: expect.stringContaining(path),
    });
    await expect(loadFile(join(folder, "none"))).rejects.toMatchObject({ code: "file" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
