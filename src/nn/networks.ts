import { ActigradError, unknownName } from "../core/errors.ts";
import { type Shape, elements } from "../core/shape.ts";
import { residual } from "./blocks.ts";
import { conv2d } from "./conv.ts";
import { flatten, unflatten } from "./image.ts";
import { type Layer, type WeightOptions, unitsFor } from "./layer.ts";
import { linear } from "./linear.ts";
import { type MlpSpec, mlp, weightsOf } from "./mlp.ts";
import { batchNorm2d } from "./norm.ts";
import { parseActivation } from "./parse.ts";
import { globalAvgPool2d, maxPool2d } from "./pool.ts";
import { type Model, sequential } from "./sequential.ts";

/** A network as data: a multilayer perceptron, or one of the small networks of images. */
export interface NetworkSpec extends MlpSpec {
  /** Default "mlp". The others take images, use the first activation everywhere, and have no `hidden` sizes. */
  readonly model?: NetworkName;
  /** The shape of a sample for networks of images: [height, width], or [channels, height, width]. */
  readonly sample?: Shape;
}

/**
 * conv 16 - activation - pool 2 - conv 32 - activation - pool 2 - linear: 3 x 3 kernels that keep the size.
 * Its shape is that of the first convolutional networks: LeCun et al. 1998.
 */
function cnn([channels, ...size]: Shape, outputs: number, act: () => Layer, weights: WeightOptions): Layer[] {
  const rest = size.map((n) => Math.floor(Math.floor(n / 2) / 2));
  const same = { padding: 1, ...weights };
  return [
    conv2d(channels!, unitsFor(act(), 16), 3, same),
    act(),
    maxPool2d(2),
    conv2d(16, unitsFor(act(), 32), 3, same),
    act(),
    maxPool2d(2),
    flatten(),
    linear(32 * elements(rest), outputs, weights),
  ];
}

/** conv 8 - batch norm - activation, two residual blocks of such (8, 16), global average pool, linear. He et al. 2015. */
function resnet([channels]: Shape, outputs: number, act: () => Layer, weights: WeightOptions): Layer[] {
  const block = (from: number, to: number, stride: number): Layer[] => [
    residual(
      [
        conv2d(from, unitsFor(act(), to), 3, { stride, padding: 1, bias: false, ...weights }),
        batchNorm2d(unitsFor(act(), to)),
        act(),
        conv2d(to, unitsFor(act(), to), 3, { padding: 1, bias: false, ...weights }),
        batchNorm2d(unitsFor(act(), to)),
      ],
      stride === 1 && from === unitsFor(act(), to)
        ? []
        : [
            conv2d(from, unitsFor(act(), to), 1, { stride, bias: false, ...weights }),
            batchNorm2d(unitsFor(act(), to)),
          ],
    ),
    act(),
  ];
  return [
    conv2d(channels!, unitsFor(act(), 8), 3, { stride: 2, padding: 1, bias: false, ...weights }),
    batchNorm2d(unitsFor(act(), 8)),
    act(),
    ...block(8, 8, 1),
    ...block(8, 16, 2),
    globalAvgPool2d(),
    flatten(),
    linear(16, outputs, weights),
  ];
}

const imageNetworks = { cnn, resnet };
export type NetworkName = "mlp" | keyof typeof imageNetworks;

/** Names of networks, for command lines and files. */
export const networkNames: readonly NetworkName[] = ["mlp", ...(Object.keys(imageNetworks) as NetworkName[])];

/**
 * Builds a network from data.
 * @throws ActigradError "option" for unknown names and sizes that are none, "data" where images are needed, and others come
 */
export function network(spec: NetworkSpec): Model {
  const { model = "mlp", sample = [], inputs, outputs, activations, last } = spec;
  if (model === "mlp") return mlp(spec);
  if (!Object.hasOwn(imageNetworks, model)) throw unknownName("model", model, networkNames);
  const shape = sample.length === 2 ? [1, ...sample] : sample;
  if (shape.length !== 3 || elements(shape) !== inputs) {
    throw new ActigradError(
      "data",
      `${model}: it takes images, and samples of shape [${sample.join(", ")}] with ${inputs} numbers come`,
      { hint: "take mlp, or a dataset of images" },
    );
  }
  const act = (): Layer => parseActivation(activations[0]!);
  const end = last === undefined ? [] : [parseActivation(last)];
  return sequential(
    unflatten(shape),
    ...imageNetworks[model](shape, outputs, act, weightsOf(spec.init)),
    ...end,
  );
}
