/** What is compared: everything, or the parts named on the command line. */
import { ActigradError } from "../../src/core/errors.ts";
import type { BenchChoice } from "../suite.ts";
import type { ConvSpec, MatmulSpec, Part, PeersOptions, TrainingSpec } from "./result.ts";

/** Our activations that a peer also has, in its core or composed in its layers package. */
const compared =
  "relu,relu6,leaky_relu,elu,selu,celu,gelu,gelu_tanh,silu,mish,softplus,softsign,tanh,sigmoid,logsigmoid,hardsigmoid,hardswish,hardtanh,softmax,log_softmax".split(
    ",",
  );

/** Those that work along rows and so have no elementwise record. */
export const alongRows = ["softmax", "log_softmax"] as const;

const forms = ["ab", "atb", "abt"] as const;
const square = [256, 512, 1024].flatMap((n) => forms.map((form): MatmulSpec => ({ form, m: n, n, k: n })));
/** The products of an MLP, and similar ones whose sizes no tile divides. */
const layers = [
  { m: 128, k: 784, n: 256 },
  { m: 127, k: 783, n: 255 },
].flatMap((size) => forms.map((form): MatmulSpec => ({ form, ...size })));

const convs = [false, true].map((backward): ConvSpec => ({
  batch: 32,
  size: 28,
  channels: 16,
  features: 32,
  backward,
}));

const mlp = (sizes: number[], batch: number, optimizer: TrainingSpec["optimizer"]): TrainingSpec => ({
  sizes,
  activation: "relu",
  batch,
  rows: batch * 10,
  replicas: 1,
  optimizer,
});
const small = (replicas: number, optimizer: TrainingSpec["optimizer"]): TrainingSpec => ({
  sizes: [2, 32, 32, 2],
  activation: "tanh",
  batch: 400,
  rows: 400,
  replicas,
  optimizer,
});

/** conv 16 - relu - pool - conv 32 - relu - pool - linear 10, on 28x28 pixels. */
const cnn: TrainingSpec = { ...mlp([784, 10], 64, "momentum"), convs: [16, 32] };

const trainings: TrainingSpec[] = [
  mlp([784, 256, 128, 10], 128, "adam"),
  mlp([784, 256, 128, 10], 128, "sgd"),
  mlp([784, 1024, 1024, 10], 256, "adam"),
  mlp([784, 1024, 1024, 10], 256, "sgd"),
  small(1, "adam"),
  small(1, "sgd"),
  small(8, "adam"),
  small(32, "adam"),
  cnn,
];

/** @throws ActigradError "option" if no peer has any of the activations */
export function peersOptions({ quick, only, activations }: BenchChoice): PeersOptions {
  const wanted = (part: Part): boolean => only.length === 0 || only.includes(part);
  const list = <T>(part: Part, all: readonly T[], few: readonly T[]): readonly T[] =>
    wanted(part) ? (quick ? few : all) : [];
  const named = activations === undefined ? undefined : compared.filter((name) => activations.includes(name));
  if (named?.length === 0 && only.includes("activations")) {
    throw new ActigradError("option", "--activations names none that a peer also has", {
      hint: `these can be compared: ${compared.join(", ")}`,
    });
  }
  const starts = wanted("cold") ? (quick ? 2 : 7) : 0;
  return {
    activations: list("activations", named ?? compared, named ?? ["relu", "elu", "gelu", "softmax"]),
    elements: quick ? [1 << 20] : [1 << 22, 1 << 20],
    matmuls: list("matmul", [...square, ...layers], [square[3]!, ...layers.slice(0, 4)]),
    convs: list("conv", convs, convs),
    trainings: wanted("training")
      ? quick
        ? [trainings[0]!, trainings[4]!]
        : trainings
      : only.includes("conv")
        ? [cnn]
        : [],
    wasm: true,
    sampleMs: quick ? 30 : 60,
    caseSeconds: quick ? 1 : 4,
    rounds: quick ? { least: 3, most: 9 } : { least: 5, most: 25 },
    ...(wanted("cold") || wanted("size") ? { coldStarts: starts } : {}),
  };
}
