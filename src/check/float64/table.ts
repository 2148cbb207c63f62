import type { Op, Reference } from "../../graph/graph.ts";
import type { BoundReference } from "../../graph/op.ts";
import {
  activationGradReference,
  activationParamGradReference,
  activationReference,
} from "../../graph/ops/activation.ts";
import { assignReference } from "../../graph/ops/assign.ts";
import {
  attentionGradReference,
  attentionReference,
  attentionRowsReference,
} from "../../graph/ops/attention.ts";
import { learnedSumsReference, sumBlocksReference, sumRowsReference } from "../../graph/ops/learnedSums.ts";
import { placeRowReference, rowReference } from "../../graph/ops/row.ts";
import { guardReference, stillAliveReference } from "../../graph/ops/guard.ts";
import {
  batchNormGradReference,
  batchNormReference,
  batchNormTermReference,
  batchStatisticsReference,
} from "../../graph/ops/batchNorm.ts";
import { bfloat16Reference } from "../../graph/ops/bfloat16.ts";
import {
  conv2dInputGradReference,
  conv2dReference,
  conv2dWeightGradReference,
} from "../../graph/ops/conv.ts";
import { besideReference, halfReference } from "../../graph/ops/beside.ts";
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
  lookupReference,
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
import type { pointwiseTable } from "../../graph/ops/pointwise.ts";
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
import {
  logSoftmaxGradReference,
  logSoftmaxReference,
  softmaxGradReference,
  softmaxReference,
} from "../../graph/ops/softmax.ts";
import { constantReference, stepScalarReference } from "../../graph/ops/source.ts";
import { pairSumReference, scaleShiftReference, twiceReference } from "../../graph/ops/scaleShift.ts";
import { recurrentGradReference, recurrentReference } from "../../graph/ops/recurrent.ts";
import { regroupReference } from "../../graph/ops/regroup.ts";
import { ropeReference } from "../../graph/ops/rope.ts";
import { windowPlacesReference, windowReference } from "../../graph/ops/windows.ts";
import { upsampleReference } from "../../graph/ops/upsample.ts";
import {
  splineInputGradReference,
  splineReference,
  splineWeightGradReference,
} from "../../graph/ops/spline.ts";
import { pickReference, placeReference } from "../../graph/ops/view.ts";

/**
 * The float64 references of the engine's ops that do not have them in their records. Types ensure that none is missing, except
 * for `storage`, whose value is in the environment.
 */
export const references = {
  noise: noiseReference,
  constant: constantReference,
  stepScalar: stepScalarReference,
  activation: activationReference,
  activationGrad: activationGradReference,
  activationParamGrad: activationParamGradReference,
  learnedSums: learnedSumsReference,
  sumRows: sumRowsReference,
  sumBlocks: sumBlocksReference,
  gated: gatedReference,
  bfloat16: bfloat16Reference,
  beside: besideReference,
  half: halfReference,
  scaleShift: scaleShiftReference,
  twice: twiceReference,
  pairSum: pairSumReference,
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
  row: rowReference,
  placeRow: placeRowReference,
  stillAlive: stillAliveReference,
  guard: guardReference,
  batchStatistics: batchStatisticsReference,
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
  lookup: lookupReference,
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
  attention: attentionReference,
  attentionRows: attentionRowsReference,
  attentionGrad: attentionGradReference,
  regroup: regroupReference,
  recurrent: recurrentReference,
  recurrentGrad: recurrentGradReference,
  windowPlaces: windowPlacesReference,
  window: windowReference,
  rope: ropeReference,
  upsample: upsampleReference,
  spline: splineReference,
  splineInputGrad: splineInputGradReference,
  splineWeightGrad: splineWeightGradReference,
  assign: assignReference,
} satisfies Record<Exclude<OpName, "storage" | keyof typeof pointwiseTable>, BoundReference<never>>;

const bound = new Map<unknown, unknown>(
  Object.values(references).map(({ op, reference }) => [op, reference]),
);

/** An op's float64 reference; undefined for a user's op without one. */
export const referenceOf = (op: Op): Reference | undefined =>
  op.reference ?? (bound.get(op) as Reference | undefined);
