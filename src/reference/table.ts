import { ActigradError } from "../core/errors.ts";
import type { Node } from "../graph/graph.ts";
import {
  activationGradReference,
  activationParamGradReference,
  activationReference,
} from "../ops/activation.ts";
import { assignReference } from "../ops/assign.ts";
import { batchNormGradReference, batchNormReference, batchNormTermReference } from "../ops/batchNorm.ts";
import { conv2dInputGradReference, conv2dReference, conv2dWeightGradReference } from "../ops/conv.ts";
import { binaryCrossEntropyReference } from "../ops/binaryCrossEntropy.ts";
import { classMaskReference, labelIsReference } from "../ops/classes.ts";
import {
  correctReference,
  crossEntropyGradReference,
  crossEntropyReference,
  predictedReference,
} from "../ops/crossEntropy.ts";
import {
  firstPlaceReference,
  nextPlaceReference,
  scatterReference,
  toIndexReference,
} from "../ops/embedding.ts";
import { flattenReference, unflattenReference } from "../ops/flatten.ts";
import { gatedReference } from "../ops/gated.ts";
import { batchIndicesReference, gatherReference, rowMaskReference } from "../ops/gather.ts";
import type { OpName } from "../ops/index.ts";
import { largestGradReference, largestReference } from "../ops/largest.ts";
import { matmulReference } from "../ops/matmul.ts";
import { noiseReference } from "../ops/noise.ts";
import { pointwiseTable } from "../ops/pointwise.ts";
import { expandReference, reduceMaxReference, reduceSumReference } from "../ops/reduce.ts";
import { rowsFromReference } from "../ops/rowsFrom.ts";
import {
  avgPoolGradReference,
  avgPoolReference,
  maxPoolGradReference,
  maxPoolReference,
} from "../ops/pool.ts";
import {
  layerNormGradReference,
  layerNormReference,
  rmsNormGradReference,
  rmsNormReference,
} from "../ops/rowNorm.ts";
import type { Reference } from "../ops/reference.ts";
import {
  logSoftmaxGradReference,
  logSoftmaxReference,
  softmaxGradReference,
  softmaxReference,
} from "../ops/softmax.ts";
import { constantReference, stepScalarReference } from "../ops/source.ts";
import { pickReference, placeReference } from "../ops/view.ts";

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
