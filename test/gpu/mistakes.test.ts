/**
 * What users of Keras, PyTorch and TensorFlow.js type first, without a type checker: either it works, or a typed error says what
 * to do.
 */
import { afterAll, expect, test, vi } from "vitest";
import * as actigrad from "../../src/index.ts";
import { ActigradError } from "../../src/core/errors.ts";
import { allow } from "../../src/testing/index.ts";

// As plain JavaScript sees it.
// oxlint-disable-next-line typescript/no-explicit-any
type Anything = any;
const {
  Trainer,

  adam,
  bce,
  conv2d,
  crossEntropy,
  dataset,
  device,
  dropout,
  flatten,
  gated,
  leakyRelu,
  linear,
  logSoftmax,
  mse,
  nll,
  relu,
  sequential,
  sgd,
  sigmoid,
  softmax,
}: Anything = actigrad;

const gpu = await device();
afterAll(() => gpu.dispose());

const n = 100;
const x = Float32Array.from({ length: n * 2 }, (_, i) => Math.sin(i));
const labels = Uint32Array.from({ length: n }, (_, i) => Number(x[2 * i]! > 0));
const data = { kind: "classes", name: "d", rows: n, shape: [2], x, labels, classes: 2 };
const valid = {
  model: sequential(linear(2, 8), relu, linear(8, 2)),
  loss: crossEntropy(),
  optimizer: adam({ lr: 0.01 }),
  batch: 20,
};
const create = (options: object = {}): Promise<Anything> => Trainer.create(gpu, { ...valid, ...options });
const fit = async (given: unknown, options: object = {}): Promise<Anything> => {
  const trainer = await create(options);
  return trainer.fit(given, { epochs: 1 }).finally(() => trainer.dispose());
};
const without = (name: string): object =>
  Object.fromEntries(Object.entries(data).filter(([key]) => key !== name));
const trainer = await create();
allow({ leaks: true }); // the shared trainer, and those whose creation a mistake prevents

test.each<[string, () => unknown]>([
  ["relu()", () => relu()],
  ["a list of layers", () => fit(data, { model: sequential([linear(2, 8), relu, linear(8, 2)]) })],
  ["lists among layers", () => sequential([linear(2, 8), relu], linear(8, 2))],
  ["linear without a bias", () => fit(data, { model: sequential(linear(2, 2, { bias: false })) })],
  ["softmax without ()", () => sequential(linear(2, 8), relu, linear(8, 2), softmax)],
  ["adam()", () => fit(data, { optimizer: adam() })],
  ["sgd()", () => fit(data, { optimizer: sgd() })],
  ["optimizer: adam", () => fit(data, { optimizer: adam })],
  ["loss: crossEntropy", () => fit(data, { loss: crossEntropy })],
  ["no epochs: one", () => trainer.fit(data)],
  ["a loss of values over classes", () => fit(data, { loss: mse() })],
  ["flatten first", () => sequential(flatten(), linear(784, 10))],
  ["dataset(x, y) of any arrays", () => fit(dataset([...x], [...labels]))],
  [
    "dataset(x, y) of rows",
    () =>
      fit(
        dataset(
          [
            [1, 2],
            [3, 4],
          ],
          ["a", "b"],
        ),
        { batch: 2 },
      ),
  ],
  [
    "new Trainer",
    async () => {
      const made = new Trainer(gpu, valid);
      expect((await made.fit(data, { epochs: 1 })).losses).toEqual((await fit(data)).losses);
    },
  ],
])("%s is accepted", async (_, call) => {
  await call();
});

test.each<[string, () => unknown, code: string, says: RegExp]>([
  [
    "linear(2, 32, 'relu')",
    () => linear(2, 32, "relu"),
    "option",
    /linear: expected options, got relu; name them/,
  ],
  [
    "linear(2, 32, { biass })",
    () => linear(2, 32, { biass: false }),
    "option",
    /unknown option of linear "biass"; did you mean "bias"/,
  ],
  ["linear()", () => linear(), "option", /linear: inputs must be a whole number .* got undefined/],
  ["sequential()", () => sequential(), "option", /no layer states its number of inputs/],
  ["a layer that is none", () => sequential(linear(2, 8), undefined), "option", /layer 1 must be a layer/],
  [
    "layers that do not fit",
    () => sequential(linear(2, 8), relu, linear(9, 2)),
    "shape",
    /outputs 8 features, 9 are expected/,
  ],
  ["adam(0.01)", () => adam(0.01), "option", /adam: expected options, got 0.01; name them: { lr: ... }/],
  [
    "adam({ learningRate })",
    () => adam({ learningRate: 0.01 }),
    "option",
    /unknown option of adam "learningRate"/,
  ],
  ["crossEntropy(0.1)", () => crossEntropy(0.1), "option", /cross_entropy: expected options, got 0.1/],
  [
    "crossEntropy({ label_smoothing })",
    () => crossEntropy({ label_smoothing: 0.1 }),
    "option",
    /did you mean "labelSmoothing"/,
  ],
  [
    "loss: 'crossEntropy'",
    () => create({ loss: "crossEntropy" }),
    "option",
    /loss is the string "crossEntropy"; .* import the function and pass it: { loss: crossEntropy }/,
  ],
  ["optimizer: 'adam'", () => create({ optimizer: "adam" }), "option", /pass it: { optimizer: adam }/],
  [
    "no loss",
    () => create({ loss: undefined }),
    "option",
    /loss: the record must be of type object, got nothing/,
  ],
  [
    "model: layers",
    () => create({ model: [linear(2, 2)] }),
    "option",
    /expected a model, got a list; sequential/,
  ],
  [
    "model: a layer",
    () => create({ model: linear(2, 2) }),
    "option",
    /expected a model, got the layer linear\(2, 2\); sequential/,
  ],
  ["no model", () => create({ model: undefined }), "option", /expected a model, got undefined; sequential/],
  [
    "seeds: 3",
    () => create({ seeds: 3 }),
    "option",
    /seeds must be a list of numbers, one per replica, got 3; seeds: \[0, 1, 2\]/,
  ],
  [
    "seed: 3",
    () => create({ seed: 3 }),
    "option",
    /unknown option of Trainer.create "seed"; did you mean "seeds"/,
  ],
  ["no batch", () => create({ batch: undefined }), "option", /batch must be a whole number/],
  [
    "Trainer.create(options)",
    () => Trainer.create(valid),
    "option",
    /expected a device, got object; await Trainer.create\(await device\(\)/,
  ],
  [
    "a device that is not awaited",
    () => Trainer.create(device(), valid),
    "option",
    /expected a device, got a promise/,
  ],
  [
    "fit(x, y)",
    () => trainer.fit(x, labels),
    "data",
    /fit: expected a dataset of kind .* got Float32Array; dataset\(x, y\) makes one/,
  ],
  ["fit()", () => trainer.fit(), "data", /fit: expected a dataset of kind .* got undefined/],
  [
    "fit({ x, y })",
    () => trainer.fit({ x, y: labels }),
    "data",
    /expected a dataset of kind .* got an object of kind undefined/,
  ],
  ["fit(data, 3)", () => trainer.fit(data, 3), "option", /fit: expected options, got 3; name them: { epochs/],
  ["fit(data, { epoch })", () => trainer.fit(data, { epoch: 3 }), "option", /did you mean "epochs"/],
  [
    "epochs and steps",
    () => trainer.fit(data, { epochs: 1, steps: 3 }),
    "option",
    /epochs = 1 and steps = 3; give one of them/,
  ],
  [
    "labels Int32Array",
    () => fit({ ...data, labels: Int32Array.from(labels) }),
    "data",
    /labels must be of type Uint32Array, got Int32Array; dataset/,
  ],
  [
    "labels number[]",
    () => fit({ ...data, labels: [...labels] }),
    "data",
    /labels must be of type Uint32Array, got Array/,
  ],
  ["x number[]", () => fit({ ...data, x: [...x] }), "data", /x must be of type Float32Array or .* got Array/],
  [
    "x Float64Array",
    () => fit({ ...data, x: Float64Array.from(x) }),
    "data",
    /x is a Float64Array; standardise\(split\(data\)\) scales and rounds it/,
  ],
  ["no kind", () => fit(without("kind")), "data", /expected a dataset of kind .* of kind undefined/],
  ["no rows", () => fit(without("rows")), "data", /rows must be of type number, got undefined/],
  ["no name", () => fit(without("name")), "data", /name must be of type string, got undefined/],
  ["no shape", () => fit(without("shape")), "data", /shape must be of type Array, got undefined/],
  ["no x", () => fit(without("x")), "data", /x must be of type/],
  ["no labels", () => fit(without("labels")), "data", /labels must be of type Uint32Array, got undefined/],
  ["no classes", () => fit(without("classes")), "data", /classes must be of type number, got undefined/],
  [
    "more classes than outputs",
    () => fit({ ...data, classes: 3 }),
    "data",
    /3 classes, the model has 2 outputs/,
  ],
  ["another shape", () => fit({ ...data, shape: [3] }), "data", /x: expected 100 rows x 3/],
  [
    "a label out of range",
    () => fit({ ...data, labels: labels.map(() => 5) }),
    "data",
    /row 0: expected a label below 2, got 5/,
  ],
  [
    "NaN in x",
    () => fit({ ...data, x: x.map((v, i) => (i === 7 ? NaN : v)) }),
    "data",
    /got NaN \(row 3, number 1/,
  ],
  [
    "normalise beside floats",
    () => fit({ ...data, normalise: { scale: 1, shift: 0 } }),
    "data",
    /only bytes can be normalised/,
  ],
  [
    "classes for values",
    () => fit({ kind: "values", name: "v", rows: n, shape: [2], x, targets: x, width: 2 }),
    "data",
    /loss cross_entropy needs classes/,
  ],
  ["predict()", () => trainer.predict(), "data", /predict: expected a Float32Array of rows, got undefined/],
  ["predict(number[])", () => trainer.predict([0.5, 0.25]), "data", /got Array; Float32Array.from/],
  ["predict(Float64Array)", () => trainer.predict(Float64Array.of(0.5, 0.25)), "data", /got Float64Array/],
  [
    "predict(3 numbers)",
    () => trainer.predict(Float32Array.of(1, 2, 3)),
    "shape",
    /3 numbers are not a whole number of rows of 2/,
  ],
  [
    "predict(x, { averages })",
    () => trainer.predict(x, { averages: true }),
    "option",
    /did you mean "average"/,
  ],
  ["evaluate(x, y)", () => trainer.evaluate(x, labels), "data", /evaluate: expected a dataset/],
  ["evaluate()", () => trainer.evaluate(), "data", /evaluate: expected a dataset/],
  [
    "evaluate(data, { metric })",
    () => trainer.evaluate(data, { metric: {} }),
    "option",
    /did you mean "metrics"/,
  ],
  ["weights('a')", () => trainer.weights("a"), "option", /replica must be a whole number/],
  [
    "weights of another model",
    () => trainer.setWeights(new Map([["0.weight", { shape: [3, 2], data: new Float32Array(6) }]])),
    "shape",
    /0.weight is \[3,2\], expected \[8,2\]/,
  ],
  [
    "weights in an object",
    () => trainer.setWeights({ "0.weight": { shape: [8, 2], data: new Float32Array(16) } }),
    "option",
    /expected a Map .*Object.entries/,
  ],
  ["no weights", () => trainer.setWeights(), "option", /expected a Map of tensors by name, got undefined/],
  [
    "a rate that diverges",
    () => create({ optimizer: sgd({ lr: 1e30 }) }).then((t) => t.fit(data, { epochs: 3 })),
    "diverged",
    /lower the learning rate/,
  ],
  [
    "leakyRelu({ alpha })",
    () => leakyRelu({ alpha: 0.2 }),
    "option",
    /unknown parameter of leaky_relu "alpha"/,
  ],
  ["leakyRelu(0.2)", () => leakyRelu(0.2), "option", /leaky_relu: expected options, got 0.2/],
  ["gated(relu, 'first')", () => gated(relu, "first"), "option", /expected options, got first/],
  ["dropout(50)", () => dropout(50), "option", /dropout: p must be a finite number .* got 50/],
  ["dropout({ p })", () => dropout({ p: 0.5 }), "option", /dropout: p must be a finite number/],
  ["conv2d of features", () => sequential(linear(2, 8), conv2d(1, 8, 3)), "shape", /put unflatten/],
  ["conv2d(..., { strides })", () => conv2d(1, 8, 3, { strides: 2 }), "option", /did you mean "stride"/],
  [
    "use after dispose",
    () => create().then((t) => (t.dispose(), t.fit(data, { epochs: 1 }))),
    "disposed",
    /was disposed of/,
  ],
])("%s is refused", async (_, call, code, says) => {
  const error: unknown = await (async () => call())().then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error instanceof ActigradError ? error.code : (error as Error | undefined)?.name).toBe(code);
  expect((error as Error).message).toMatch(says);
});

test("softmax before a loss that applies its own is remarked on, once", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const said = async (last: unknown, loss: unknown): Promise<string[]> => {
    warn.mockClear();
    await create({ model: sequential(linear(2, 2), last), loss });
    return warn.mock.calls.flat().map(String);
  };
  try {
    const [remark] = await said(softmax(), crossEntropy());
    expect(remark).toMatch(/^actigrad: the model ends with softmax, but the loss cross_entropy takes logits/);
    expect(await said(softmax(), crossEntropy())).toEqual([]);
    expect(await said(relu, nll())).toEqual([
      expect.stringMatching(/nll expects .* log_softmax, this one ends with relu/),
    ]);
    expect(await said(sigmoid, bce())).toEqual([]);
    expect(await said(logSoftmax(), nll())).toEqual([]);
    expect(await said(softmax(), mse())).toEqual([]);
    expect(await said(relu, crossEntropy())).toEqual([]);
  } finally {
    warn.mockRestore();
  }
});

test("a dataset is copied once: other numbers are another dataset", async () => {
  const own = { ...data, x: Float32Array.from(x) };
  await trainer.fit(own, { epochs: 1 });
  const before = await trainer.evaluate(own);
  own.x.fill(0);
  expect(await trainer.evaluate(own)).toEqual(before);
  expect((await trainer.evaluate({ ...own })).loss).not.toEqual(before.loss);
});
