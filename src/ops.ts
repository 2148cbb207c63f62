/**
 * actigrad/ops: what the engine itself is written with: ops as functions, `defineOp`, graphs, gradients, plans, and the executor.
 */
export { Graph, type Node, type Op, type RefArray, type RefTensor, type Reference } from "./graph/graph.ts";
export { type StepValues } from "./graph/graph.ts";
export {
  type DType,
  type Shape,
  type StoredType,
  type TensorType,
  broadcast,
  elements,
  formatType,
} from "./core/shape.ts";
export { defineOp } from "./graph/define-op.ts";
export { type CustomKernel, customKernel } from "./graph/custom-kernel.ts";
export {
  type ComputedOperands,
  type CustomModule,
  type CustomNode,
  type CustomTarget,
  type CustomText,
  type Fold,
  type KernelSpec,
  type Location,
  type Packing,
  type ViewRead,
  type ViewSite,
} from "./graph/kernel-spec.ts";
export { type WgslFunction } from "./core/wgsl.ts";
export { grad } from "./graph/grad.ts";
export { printGraph } from "./graph/print.ts";

export { constant, data, state, stepScalar, tensor } from "./graph/ops/source.ts";
export { assign, stateOf } from "./graph/ops/assign.ts";
export {
  type Operand,
  abs,
  add,
  atLeast,
  div,
  finite,
  greater,
  log,
  maximum,
  minimum,
  mul,
  neg,
  sign,
  sqrt,
  sub,
  where,
} from "./graph/ops/pointwise.ts";
export { expand, largestOf, sum, sumTo } from "./graph/ops/reduce.ts";
export { mean } from "./graph/ops/mean.ts";
export { type MatmulForm, type MatmulSizes, matmul } from "./graph/ops/matmul.ts";
export { type ConvAttrs, type ConvOptions, conv2d } from "./graph/ops/conv.ts";
export { type AvgPoolOptions, type PoolOptions, avgPool, globalAvgPool, maxPool } from "./graph/ops/pool.ts";
export { type Pair, type PairOption, type Window, type WindowOptions } from "./graph/ops/window.ts";
export { activation } from "./graph/ops/activation.ts";
export { gated } from "./graph/ops/gated.ts";
export { type GluOptions, type MaxoutOptions, crelu, glu, maxout } from "./graph/ops/grouped.ts";
export { type Ties, largest } from "./graph/ops/largest.ts";
export { logSoftmax, softmax, softmin } from "./graph/ops/softmax.ts";
export { layerNorm, rmsNorm } from "./graph/ops/rowNorm.ts";
export { type BatchStatistics, batchNorm, batchStatistics, normalizeBy } from "./graph/ops/batchNorm.ts";
export { flatten, unflatten } from "./graph/ops/flatten.ts";
export { type ViewAttrs, pick, place } from "./graph/ops/view.ts";
export {
  type BatchIndicesAttrs,
  type GatherAttrs,
  batchIndices,
  gather,
  rowMask,
} from "./graph/ops/gather.ts";
export { type LookupAttrs, lookup, scatter, toIndex } from "./graph/ops/embedding.ts";
export { type RowsFromAttrs, rowsFrom } from "./graph/ops/rowsFrom.ts";
export { type NoiseAttrs, noise } from "./graph/ops/noise.ts";
export { type ClassMaskAttrs, classMask, labelIs } from "./graph/ops/classes.ts";
export { correct, crossEntropyRows, predicted } from "./graph/ops/crossEntropy.ts";
export { type AttentionOptions, FORBIDDEN, attention } from "./graph/ops/attention.ts";
export { type RopeOptions, type RopeStyle, rope, ropeTable } from "./graph/ops/rope.ts";
export { type SplineGrid } from "./graph/ops/splineBasis.ts";
export { spline } from "./graph/ops/spline.ts";
export { upsample } from "./graph/ops/upsample.ts";
export { regroup } from "./graph/ops/regroup.ts";
export { binaryCrossEntropy } from "./graph/ops/binaryCrossEntropy.ts";

export { type PlanOptions } from "./compile/lower.ts";
export { checkPlan, makePlan } from "./compile/make-plan.ts";
export { type Dispatch, type Plan, type PlanBuffer, type PlanMemory } from "./compile/plan.ts";
export { printPlan } from "./compile/print.ts";
export { allKernels } from "./compile/kernels/families/all.ts";
export { type MatmulTile, type TileChoice } from "./compile/kernels/target.ts";
export { type DeviceOptions, Gpu, device } from "./device/context.ts";
export { Executor, MAX_STEPS } from "./device/executor.ts";
export { type HostArray } from "./device/layout.ts";
export { type Readback, Storage } from "./device/storage.ts";
