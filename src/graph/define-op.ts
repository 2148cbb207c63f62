import { unknownName } from "../core/errors.ts";
import { type Fields, checkRecord } from "../core/record.ts";
import type { Op } from "./graph.ts";
import { engineOp } from "./op.ts";
import type { KernelSpec } from "./kernel-spec.ts";

const fields = {
  name: "string",
  shape: "function",
  kernel: "object",
  vjp: "function undefined",
  reference: "function object undefined",
  key: "function undefined",
  flops: "function undefined",
} satisfies Record<keyof Op, string>;

type Kind = KernelSpec<unknown>["kind"];
type KernelFields = { [K in Kind]: Record<keyof Extract<KernelSpec<unknown>, { kind: K }>, string> };

const kind = "string";
const alone = { kind };
const functions = "function undefined";
const combining = { kind, combine: "string" };

/** The fields of each kind of kernel. */
const kernels = {
  storage: alone,
  pointwise: {
    kind,
    wgsl: "function",
    functions,
    steps: functions,
    marks: "object undefined",
    uses: "string undefined",
    packing: functions,
  },
  view: { kind, read: "function", uses: "string undefined", repeats: functions },
  along: { kind, axis: "function", folds: "array", wgsl: "function", normalises: "boolean undefined" },
  matmul: alone,
  conv: alone,
  pool: combining,
  reduce: combining,
  rows: alone,
  search: alone,
  scatter: alone,
  custom: { kind, terms: functions, computes: "boolean undefined", render: "function" },
  beside: alone,
  assign: alone,
} satisfies KernelFields;

/**
 * Makes an op from its record. Without `vjp` it has no derivative; without `reference` its kernel cannot be checked. `key`
 * defaults to JSON, `flops` to one per element.
 * @throws ActigradError "option" for a missing name, shape or kernel, and for unknown fields, also in the kernel
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineOp<A = null>(record: Op<A>): Op<A> {
  checkRecord("op", record, fields);
  const { name, kernel } = record;
  const known: Readonly<Record<string, Fields>> = kernels;
  const own = known[kernel.kind];
  if (own === undefined)
    throw unknownName(`kind of kernel of op "${name}"`, String(kernel.kind), Object.keys(kernels));
  checkRecord(`the kernel of op "${name}"`, kernel, own);
  return engineOp({ ...record });
}
