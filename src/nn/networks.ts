import { derf } from "../activations/records/derf.ts";
import { dyt } from "../activations/records/dyt.ts";
import { ActigradError, unknownName } from "../core/errors.ts";
import { type Shape, elements } from "../core/shape.ts";
import { residual } from "./blocks.ts";
import { type Conv2dOptions, conv2d } from "./conv.ts";
import { flatten, unflatten } from "./image.ts";
import { type Layer, type WeightOptions, unitsFor } from "./layer.ts";
import { kan } from "./kan.ts";
import { linear } from "./linear.ts";
import { weightsOf } from "./init-names.ts";
import { type MlpSpec, mlp } from "./mlp.ts";
import { batchNorm1d, batchNorm2d, groupNorm, layerNorm } from "./norm.ts";
import { parseActivation } from "./parse.ts";
import { globalAvgPool2d, maxPool2d } from "./pool.ts";
import { type Model, sequential } from "./sequential.ts";

/** A network as data: a multilayer perceptron, a Kolmogorov-Arnold network, or a small network for images. */
export interface NetworkSpec extends MlpSpec {
  /**
   * Default "mlp". "cnn" and "resnet" take images, use the first activation everywhere, and have `channels` instead of `hidden`
   * sizes.
   */
  readonly model?: NetworkName;
  /** The shape of a sample for networks of images: [height, width], or [channels, height, width]. */
  readonly sample?: Shape;
  /** Channels of a cnn's two convolutions, [16, 32] by default, or of a resnet's two blocks, [8, 16] by default. */
  readonly channels?: readonly number[];
  /** Pieces and degree of a kan's splines; 5 and 3 by default. A kan uses no `activations`. */
  readonly grid?: number;
  readonly order?: number;
  /** Normalisation before each activation. Default "none"; "batch" for a resnet. */
  readonly norm?: NormName;
}

/**
 * Batch norm, a norm over all numbers of a sample, or a squashing function instead of one. Each has a scale and a shift per
 * feature, or per channel of an image.
 */
export type NormName = "none" | "batch" | "layer" | "dyt" | "derf";

/** Makes the normalisation of a number of units. */
type Norm = Readonly<Record<"ofFeatures" | "ofChannels", (units: number) => Layer[]>>;

const same = (layers: () => Layer[]): Norm => ({ ofFeatures: layers, ofChannels: layers });

const norms: Readonly<Record<NormName, Norm>> = {
  none: same(() => []),
  batch: { ofFeatures: (n) => [batchNorm1d(n)], ofChannels: (n) => [batchNorm2d(n)] },
  layer: { ofFeatures: (n) => [layerNorm(n)], ofChannels: (n) => [groupNorm(1, n)] },
  dyt: same(() => [dyt()]),
  derf: same(() => [derf()]),
};

/** Names of normalisations, for command lines and files. */
export const normNames = Object.keys(norms) as readonly NormName[];

/** The parts of networks for images. */
interface ImageParts {
  /** Two widths. */
  readonly widths: readonly [number, number];
  readonly act: () => Layer;
  readonly norm: NormName;
  readonly weights: WeightOptions;
}

/** conv - norm - activation, with `channels` coming out of the activation. With batch norm the convolution has no bias. */
function convolution(
  from: number,
  channels: number,
  kernel: number,
  { act, norm, weights }: ImageParts,
  options: Conv2dOptions,
): Layer[] {
  const units = unitsFor(act(), channels);
  const conv = conv2d(from, units, kernel, { ...options, bias: norm !== "batch", ...weights });
  return [conv, ...norms[norm].ofChannels(units)];
}

/**
 * conv - activation - pool 2 - conv - activation - pool 2 - linear, with 3 x 3 kernels that keep the size. Shaped as the first
 * convolutional networks: LeCun et al. 1998.
 */
function cnn([channels, ...size]: Shape, outputs: number, parts: ImageParts): Layer[] {
  const { act, weights, widths } = parts;
  const rest = size.map((n) => Math.floor(Math.floor(n / 2) / 2));
  if (rest.includes(0)) {
    const got = `${channels} channels of ${size.join(" x ")}`;
    throw new ActigradError("data", `cnn: expected images of at least 4 x 4, got ${got}`, {
      hint: "samples are [channels, height, width]: are the channels last? (layout=nhwc)",
    });
  }
  const kept = { padding: 1 };
  return [
    ...convolution(channels!, widths[0], 3, parts, kept),
    act(),
    maxPool2d(2),
    ...convolution(widths[0], widths[1], 3, parts, kept),
    act(),
    maxPool2d(2),
    flatten(),
    linear(widths[1] * elements(rest), outputs, weights),
  ];
}

/** conv - norm - activation, two residual blocks (the second wider), global average pool, linear. He et al. 2015. */
function resnet([channels]: Shape, outputs: number, parts: ImageParts): Layer[] {
  const { act, weights, widths } = parts;
  const block = (from: number, to: number, stride: number): Layer[] => [
    residual(
      [
        ...convolution(from, to, 3, parts, { stride, padding: 1 }),
        act(),
        ...convolution(to, to, 3, parts, { padding: 1 }),
      ],
      stride === 1 && from === unitsFor(act(), to) ? [] : convolution(from, to, 1, parts, { stride }),
    ),
    act(),
  ];
  return [
    ...convolution(channels!, widths[0], 3, parts, { stride: 2, padding: 1 }),
    act(),
    ...block(widths[0], widths[0], 1),
    ...block(widths[0], widths[1], 2),
    globalAvgPool2d(),
    flatten(),
    linear(widths[1], outputs, weights),
  ];
}

const imageNetworks = {
  cnn: { layers: cnn, channels: [16, 32] },
  resnet: { layers: resnet, channels: [8, 16] },
} satisfies Record<Exclude<NetworkName, "mlp" | "kan">, unknown>;
/** Name of a network. */
export type NetworkName = "mlp" | "kan" | "cnn" | "resnet";

/** Names of networks, for command lines and files. */
export const networkNames: readonly NetworkName[] = [
  "mlp",
  "kan",
  ...(Object.keys(imageNetworks) as (keyof typeof imageNetworks)[]),
];

/** Default channels of an image network. */
export const defaultChannels = (model: keyof typeof imageNetworks): readonly number[] =>
  imageNetworks[model].channels;

/** kan - kan - ... - kan: a learned function on each edge, so no activations between the layers. Liu et al. 2024. */
function kanNetwork(
  { inputs, hidden, outputs, init, last, grid, order }: NetworkSpec,
  norm: NormName,
): Model {
  const options = {
    ...weightsOf(init),
    ...(grid !== undefined && { grid }),
    ...(order !== undefined && { order }),
  };
  const sizes = [inputs, ...hidden];
  const layers = hidden.flatMap((width, i) => [
    kan(sizes[i]!, width, options),
    ...norms[norm].ofFeatures(width),
  ]);
  const end = last === undefined ? [] : [parseActivation(last)];
  return sequential(...layers, kan(sizes.at(-1)!, outputs, options), ...end);
}

/**
 * Builds a network from data.
 * @throws ActigradError "option" for unknown names and invalid sizes, "data" if it needs images and the samples are none
 */
export function network(spec: NetworkSpec): Model {
  const { model = "mlp", sample = [], inputs, outputs, activations, last } = spec;
  const { norm = model === "resnet" ? "batch" : "none" } = spec;
  if (!Object.hasOwn(norms, norm)) throw unknownName("norm", norm, normNames);
  if (model === "kan") return kanNetwork(spec, norm);
  if (model === "mlp") return mlp(spec, norms[norm].ofFeatures);
  if (!Object.hasOwn(imageNetworks, model)) throw unknownName("model", model, networkNames);
  const shape = sample.length === 2 ? [1, ...sample] : sample;
  if (shape.length !== 3 || elements(shape) !== inputs) {
    throw new ActigradError(
      "data",
      `${model}: it expects images, got samples of shape [${sample.join(", ")}] with ${inputs} numbers`,
      { hint: "use mlp, or a dataset of images" },
    );
  }
  const act = (): Layer => parseActivation(activations[0]!);
  const end = last === undefined ? [] : [parseActivation(last)];
  const { layers, channels } = imageNetworks[model];
  const widths = spec.channels ?? channels;
  if (widths.length !== 2)
    throw new ActigradError("option", `${model}: expected two numbers of channels, got ${widths.length}`);
  const parts = { act, norm, weights: weightsOf(spec.init), widths: [widths[0]!, widths[1]!] as const };
  return sequential(unflatten(shape), ...layers(shape, outputs, parts), ...end);
}
