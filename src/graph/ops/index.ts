import type { Op } from "../graph.ts";
import { activationParamGrad } from "../../activations/forms.ts";
import { activationGrad, activationOp } from "./activation.ts";
import { assignOp } from "./assign.ts";
import { attentionGrad, attentionOp, attentionRows } from "./attention.ts";
import { batchNormGrad, batchNormOp, batchNormTerm, batchStatisticsOp } from "./batchNorm.ts";
import { bfloat16Op } from "./bfloat16.ts";
import { conv2dInputGrad, conv2dOp, conv2dWeightGrad } from "./conv.ts";
import { besideOp, halfOp } from "./beside.ts";
import { binaryCrossEntropyOp } from "./binaryCrossEntropy.ts";
import { classMaskOp, labelIsOp } from "./classes.ts";
import { correctOp, crossEntropyGrad, crossEntropyOp, predictedOp } from "./crossEntropy.ts";
import { firstPlaceOp, lookupOp, nextPlaceOp, scatterOp, toIndexOp } from "./embedding.ts";
import { batchIndicesOp, gatherOp, rowMaskOp } from "./gather.ts";
import { flattenOp, unflattenOp } from "./flatten.ts";
import { gatedOp } from "./gated.ts";
import { guardOp, stillAliveOp } from "./guard.ts";
import { largestGrad, largestOp } from "./largest.ts";
import { learnedSums, sumBlocks, sumRows } from "./learnedSums.ts";
import { matmulOp } from "./matmul.ts";
import { noiseOp } from "./noise.ts";
import { pointwiseTable } from "./pointwise.ts";
import { expandOp, reduceMax, reduceSum } from "./reduce.ts";
import { placeRowOp, rowOp } from "./row.ts";
import { pairSumOp, scaleShiftOp, twiceOp } from "./scaleShift.ts";
import { recurrentGrad, recurrentOp } from "./recurrent.ts";
import { regroupOp } from "./regroup.ts";
import { ropeOp } from "./rope.ts";
import { windowOp, windowPlacesOp } from "./windows.ts";
import { upsampleOp } from "./upsample.ts";
import { rowsFromOp } from "./rowsFrom.ts";
import { avgPoolGrad, avgPoolOp, maxPoolGrad, maxPoolOp } from "./pool.ts";
import { layerNormGrad, layerNormOp, rmsNormGrad, rmsNormOp } from "./rowNorm.ts";
import { logSoftmaxGrad, logSoftmaxOp, softmaxGrad, softmaxOp } from "./softmax.ts";
import { constantOp, stepScalarOp, storage } from "./source.ts";
import { splineInputGrad, splineOp, splineWeightGrad } from "./spline.ts";
import { pickOp, placeOp } from "./view.ts";

const pointwiseOps = Object.fromEntries(Object.entries(pointwiseTable).map(([name, { op }]) => [name, op]));

/** Every op by name, for tests, tools and docs. A node refers to its record directly, so bundles carry only the ops they use. */
export const ops = {
  ...(pointwiseOps as Record<keyof typeof pointwiseTable, Op<null>>),
  storage,
  noise: noiseOp,
  constant: constantOp,
  stepScalar: stepScalarOp,
  activation: activationOp,
  activationGrad,
  activationParamGrad,
  learnedSums,
  sumRows,
  sumBlocks,
  bfloat16: bfloat16Op,
  gated: gatedOp,
  beside: besideOp,
  half: halfOp,
  scaleShift: scaleShiftOp,
  twice: twiceOp,
  pairSum: pairSumOp,
  largest: largestOp,
  largestGrad,
  pick: pickOp,
  place: placeOp,
  softmax: softmaxOp,
  softmaxGrad,
  logSoftmax: logSoftmaxOp,
  logSoftmaxGrad,
  matmul: matmulOp,
  flatten: flattenOp,
  unflatten: unflattenOp,
  maxPool: maxPoolOp,
  maxPoolGrad,
  avgPool: avgPoolOp,
  avgPoolGrad,
  conv2d: conv2dOp,
  conv2dInputGrad,
  conv2dWeightGrad,
  row: rowOp,
  placeRow: placeRowOp,
  stillAlive: stillAliveOp,
  guard: guardOp,
  batchStatistics: batchStatisticsOp,
  batchNorm: batchNormOp,
  batchNormTerm,
  batchNormGrad,
  layerNorm: layerNormOp,
  layerNormGrad,
  rmsNorm: rmsNormOp,
  rmsNormGrad,
  sum: reduceSum,
  max: reduceMax,
  expand: expandOp,
  gather: gatherOp,
  lookup: lookupOp,
  toIndex: toIndexOp,
  firstPlace: firstPlaceOp,
  nextPlace: nextPlaceOp,
  scatter: scatterOp,
  batchIndices: batchIndicesOp,
  rowMask: rowMaskOp,
  rowsFrom: rowsFromOp,
  crossEntropy: crossEntropyOp,
  crossEntropyGrad,
  correct: correctOp,
  predicted: predictedOp,
  classMask: classMaskOp,
  labelIs: labelIsOp,
  binaryCrossEntropy: binaryCrossEntropyOp,
  attention: attentionOp,
  attentionRows,
  attentionGrad,
  regroup: regroupOp,
  recurrent: recurrentOp,
  recurrentGrad,
  windowPlaces: windowPlacesOp,
  window: windowOp,
  rope: ropeOp,
  upsample: upsampleOp,
  spline: splineOp,
  splineInputGrad,
  splineWeightGrad,
  assign: assignOp,
} satisfies Record<string, Op<never>>;

export type OpName = keyof typeof ops;
