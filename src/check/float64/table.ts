import { ActigradError } from "../../core/errors.ts";
import type { Node } from "../../graph/graph.ts";
import {
  activationGradReference,
  activationParamGradReference,
  activationReference,
} from "../../graph/ops/activation.ts";
import { assignReference } from "../../graph/ops/assign.ts";
import {
  batchNormGradReference,
  batchNormReference,
  batchNormTermReference,
} from "../../graph/ops/batchNorm.ts";
import {
  conv2dInputGradReference,
  conv2dReference,
  conv2dWeightGradReference,
} from "../../graph/ops/conv.ts";
import { binaryCrossEntropyReference } from "../../graph/ops/binaryCrossEntropy.ts";
import { classMaskReference, labelIsReference } from "../../graph/ops/classes.ts";
import {
  correctReference,
  crossEntropyGradReference,
  crossEntropyReference,
  predictedReference,
} from "../../graph/ops/crossEntropy.ts";
import {
  firstPlaceReference,
  nextPlaceReference,
  scatterReference,
  toIndexReference,
} from "../../graph/ops/embedding.ts";
import { flattenReference, unflattenReference } from "../../graph/ops/flatten.ts";
import { gatedReference } from "../../graph/ops/gated.ts";
import { batchIndicesReference, gatherReference, rowMaskReference } from "../../graph/ops/gather.ts";
import type { OpName } from "../../graph/ops/index.ts";
import { largestGradReference, largestReference } from "../../graph/ops/largest.ts";
import { matmulReference } from "../../graph/ops/matmul.ts";
import { noiseReference } from "../../graph/ops/noise.ts";
import { pointwiseTable } from "../../graph/ops/pointwise.ts";
import { expandReference, reduceMaxReference, reduceSumReference } from "../../graph/ops/reduce.ts";
import { rowsFromReference } from "../../graph/ops/rowsFrom.ts";
import {
  avgPoolGradReference,
  avgPoolReference,
  maxPoolGradReference,
  maxPoolReference,
} from "../../graph/ops/pool.ts";
import {
  layerNormGradReference,
  layerNormReference,
  rmsNormGradReference,
  rmsNormReference,
} from "../../graph/ops/rowNorm.ts";
import type { Reference } from "../../graph/ops/reference.ts";
import {
  logSoftmaxGradReference,
  logSoftmaxReference,
  softmaxGradReference,
  softmaxReference,
} from "../../graph/ops/softmax.ts";
import { constantReference, stepScalarReference } from "../../graph/ops/source.ts";
import { pickReference, placeReference } from "../../graph/ops/view.ts";

const pointwise = Object.fromEntries(
  Object.entries(pointwiseTable).map(([name, { reference }]) => [name, reference]),
);

/** The float64 meaning of every op; exhaustive by type, `storage` apart, whose value the environment holds. */
const references = {
  ...(pointwise as Record<keyof typeof pointwiseTable, Reference<null>>),
  noise: noiseReference,
  constant: constantReference,
  stepScalar: stepScalarReference,
  activation: activationReference,
  activationGrad: activationGradReference,
  activationParamGrad: activationParamGradReference,
  gated: gatedReference,
  largest: largestReference,
  largestGrad: largestGradReference,
  pick: pickReference,
  place: placeReference,
  softmax: softmaxReference,
  softmaxGrad: softmaxGradReference,
  logSoftmax: logSoftmaxReference,
  logSoftmaxGrad: logSoftmaxGradReference,
  matmul: matmulReference,
  flatten: flattenReference,
  unflatten: unflattenReference,
  maxPool: maxPoolReference,
  maxPoolGrad: maxPoolGradReference,
  avgPool: avgPoolReference,
  avgPoolGrad: avgPoolGradReference,
  conv2d: conv2dReference,
  conv2dInputGrad: conv2dInputGradReference,
  conv2dWeightGrad: conv2dWeightGradReference,
  batchNorm: batchNormReference,
  batchNormTerm: batchNormTermReference,
  batchNormGrad: batchNormGradReference,
  layerNorm: layerNormReference,
  layerNormGrad: layerNormGradReference,
  rmsNorm: rmsNormReference,
  rmsNormGrad: rmsNormGradReference,
  sum: reduceSumReference,
  max: reduceMaxReference,
  expand: expandReference,
  gather: gatherReference,
  toIndex: toIndexReference,
  firstPlace: firstPlaceReference,
  nextPlace: nextPlaceReference,
  scatter: scatterReference,
  batchIndices: batchIndicesReference,
  rowMask: rowMaskReference,
  rowsFrom: rowsFromReference,
  crossEntropy: crossEntropyReference,
  crossEntropyGrad: crossEntropyGradReference,
  correct: correctReference,
  predicted: predictedReference,
  classMask: classMaskReference,
  labelIs: labelIsReference,
  binaryCrossEntropy: binaryCrossEntropyReference,
  assign: assignReference,
} satisfies Record<Exclude<OpName, "storage">, Reference<never>>;

/** The reference of a node's op. @throws ActigradError "option" for an op outside the table. */
export function referenceOf(node: Node): Reference {
  const reference = (references as Record<string, Reference | undefined>)[node.op.name];
  if (reference === undefined)
    throw new ActigradError("option", `no float64 reference for op "${node.op.name}"`);
  return reference;
}
