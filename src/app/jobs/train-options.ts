/**
 * The options of a training, declared once: from this table derive what the command line parses and prints, what the job checks,
 * and the set-up, links and fields of the page. It refers to no code of the engine, because the page must not load that.
 */
import { type OptionTable, type OptionValues, flag, themed } from "../../core/options.ts";
import type { NetworkName, NormName } from "../../index.ts";

/** Networks that take an activation. */
export const activationNetworks = ["mlp", "cnn", "resnet"] as const satisfies readonly NetworkName[];
const networks = ["mlp", "kan", "cnn", "resnet"] as const satisfies readonly NetworkName[];
const norms = ["none", "batch", "layer", "dyt", "derf"] as const satisfies readonly NormName[];

export const trainOptions = {
  dataset: {
    kind: "word",
    default: "mnist",
    doc: "mnist, spirals, circles, xor, moons, a folder of images, a .csv, or x.npy,y.npy; options after a colon",
  },
  model: {
    kind: "word",
    choices: networks,
    default: "mlp",
    doc: "a multilayer perceptron, or a kan, which learns a function on each edge; for images also cnn (two convolutions) or resnet (residual blocks, batch norm)",
  },
  layers: {
    kind: "numbers",
    default: [128, 64],
    min: 1,
    whole: true,
    doc: "widths of the hidden layers of an mlp or a kan",
  },
  activation: {
    kind: "words",
    repeated: true,
    default: ["relu"],
    value: "NAME|FORMULA",
    doc: "a name with options after a colon, or a formula in x; once for all hidden layers, or once for each",
  },
  optimizer: {
    kind: "word",
    default: "adam",
    doc: "how weights are updated; options after a colon (sgd:momentum=0.9,nesterov)",
  },
  lr: {
    kind: "numbers",
    default: [0.001],
    min: 0,
    doc: "learning rate; several train side by side, and validation rows choose the best",
  },
  batch: { kind: "number", whole: true, default: 128, min: 1, doc: "rows per step" },
  epochs: { kind: "number", whole: true, default: 5, min: 1, doc: "passes over the training rows" },
  seed: {
    kind: "number",
    whole: true,
    default: 0,
    min: 0,
    doc: "seed of the weights (replica r takes seed + r) and of the order of the rows",
  },
  replicas: {
    kind: "number",
    whole: true,
    default: 1,
    min: 1,
    max: 1024,
    doc: "networks trained in one step",
  },
  save: {
    kind: "word",
    value: "FILE",
    writes: true,
    doc: "write the weights as safetensors, PyTorch's names and layouts",
  },
  ...themed("network", {
    norm: {
      kind: "word",
      choices: norms,
      doc: "normalisation before each activation: default: none, batch for a resnet",
    },
    init: {
      kind: "word",
      default: "fit",
      doc: "starting weights; options after a colon (orthogonal:gain=1.4, he:gain=activation,mode=out)",
    },
    matchParameters: flag(
      "choose widths so that the network has as many parameters as an mlp with relu of the given widths",
    ),
    grid: {
      kind: "number",
      whole: true,
      min: 1,
      max: 256,
      value: "PIECES",
      doc: "pieces of a kan's splines (default: 5)",
    },
    order: {
      kind: "number",
      whole: true,
      min: 1,
      max: 5,
      value: "DEGREE",
      doc: "order of a kan's splines (default: 3)",
    },
    loss: {
      kind: "word",
      doc: "loss to minimise; options after a colon (huber:delta=2) (default: the one that suits the data)",
    },
  }),
  ...themed("updates", {
    momentum: { kind: "number", min: 0, doc: "momentum of sgd and rmsprop" },
    weightDecay: { kind: "number", min: 0, doc: "weight decay (default: 0; for adamw 0.01)" },
    schedule: {
      kind: "word",
      doc: "schedule of the learning rate over the updates (cosine:etaMin=1e-5)",
    },
    warmup: {
      kind: "number",
      whole: true,
      min: 0,
      value: "UPDATES",
      doc: "updates over which the learning rate rises from 0",
    },
    clipNorm: {
      kind: "number",
      value: "MAX",
      doc: "scale all gradients down together so that their norm is at most this",
    },
    clipValue: { kind: "number", value: "MAX", doc: "clamp each element of the gradients" },
    accumulate: {
      kind: "number",
      whole: true,
      min: 1,
      value: "STEPS",
      doc: "average the gradients of this many steps for each update",
    },
    ema: {
      kind: "number",
      min: 0,
      below: 1,
      value: "DECAY",
      doc: "evaluate and save a moving average of the weights",
    },
  }),
  ...themed("measuring", {
    validation: {
      kind: "number",
      min: 0,
      below: 1,
      value: "SHARE",
      doc: "share of the training rows held back to choose among learning rates (default: 0.2 for several, 0 for one)",
    },
    topK: {
      kind: "number",
      whole: true,
      min: 1,
      value: "K",
      doc: "also report how often the label is among the K largest outputs",
    },
    confusion: flag("print the confusion matrix of the first replica"),
  }),
  ...themed("checkpoints", {
    checkpoint: {
      kind: "word",
      value: "FILE",
      writes: true,
      doc: "write what training needs to resume, after each epoch and at the end; never a partial file",
    },
    checkpointEvery: {
      kind: "number",
      whole: true,
      min: 1,
      value: "STEPS",
      doc: "write it after this many steps instead",
    },
    resume: {
      kind: "word",
      value: "FILE",
      doc: "resume from a checkpoint, with the options it was written with; gives the same bits as an uninterrupted run",
    },
  }),
  ...themed("crashes", {
    recover: {
      kind: "number",
      default: 5,
      min: 0,
      value: "SECONDS",
      doc: "seconds between snapshots; a crash of GPU or browser resumes from the last one, to the same bits (0: none)",
    },
  }),
  ...themed("memory and speed", {
    recompute: {
      kind: "number",
      whole: true,
      min: 0,
      value: "BYTES",
      doc: "bytes of the forward pass that backward may keep; the rest is recomputed: less memory, the same bits",
    },
    precision: {
      kind: "word",
      choices: ["float32", "mixed"],
      default: "float32",
      doc: "mixed stores forward values kept for backward as bfloat16, in half the bytes; the rest is float32",
    },
    stepsPerSubmit: {
      kind: "number",
      whole: true,
      min: 1,
      max: 64,
      doc: "steps per submit (default: as many as fit in 500 ms, at most 64)",
    },
    tune: flag(
      "first time a few tiles for each product above 1 ms and use the fastest; no bit of a loss changes",
    ),
  }),
  ...themed("looking inside", {
    summary: flag("print the layers: output, parameters, FLOPs, bytes saved for backward, recomputation"),
    trace: flag("print the plan: dispatches, buffers, and what a step costs"),
    check: {
      kind: "number",
      whole: true,
      default: 0,
      min: 0,
      doc: "compare this many of the first losses with float64 on the CPU",
    },
    validate: flag("at the end, check each dispatch of a step against float64"),
    profile: flag("at the end, print where a step's time goes: each dispatch, its rates"),
  }),
} as const satisfies OptionTable;

export type TrainOptions = OptionValues<typeof trainOptions>;

/**
 * What may differ from the checkpoint when a training resumes: where it ends, what is measured, and how the same bits are
 * computed.
 */
export const freeOnResume = [
  "epochs",
  "save",
  "topK",
  "confusion",
  "checkpoint",
  "checkpointEvery",
  "resume",
  "recover",
  "recompute",
  "stepsPerSubmit",
  "tune",
  "summary",
  "trace",
  "check",
  "validate",
  "profile",
] as const satisfies readonly (keyof TrainOptions)[];
