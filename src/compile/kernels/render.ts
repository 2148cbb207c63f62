import { ActigradError } from "../../core/errors.ts";
import { type Group, groupNodes } from "../group.ts";
import type { StepLayout } from "../steps.ts";
import { along } from "./families/along.ts";
import { custom } from "./families/custom.ts";
import { matmul } from "./families/matmul.ts";
import { pointwise } from "./families/pointwise.ts";
import { reduce } from "./families/reduce.ts";
import { rows } from "./families/rows.ts";
import type { Families, Stores } from "./family.ts";
import type { Kernel } from "./kernel.ts";
import { ModuleBuilder, type PackedTensors } from "./module.ts";
import type { KernelTarget } from "./target.ts";

/**
 * The families that every network needs. Others come with the layers that need them, so that a bundle carries only what it uses.
 */
const usual: Families = { pointwise, matmul, reduce, rows, along, custom };

/**
 * Builds the text of a group's kernel and says how to start it.
 * @param packed tensors stored in another format than they are computed in
 * @param families beyond the usual ones
 * @throws ActigradError "limit" for more storage buffers than the adapter takes, "plan" for a group of no known family
 */
export function renderKernel(
  group: Group,
  stores: Stores,
  packed: PackedTensors,
  layout: StepLayout,
  target: KernelTarget,
  families: Families = {},
): Kernel {
  const family = { ...usual, ...families }[group.kind];
  if (family === undefined) {
    throw new ActigradError(
      "plan",
      `${groupNodes(group)[0]!.op.name}: no kernels of the kind "${group.kind}"`,
      {
        hint: "plan it with the kernels of the model that has such layers, or with allKernels",
      },
    );
  }
  const builder = new ModuleBuilder(layout, packed);
  const rendered = family(builder, group, stores, target);
  const { variant } = rendered;
  const wgsl = builder.text(rendered);
  const offered = target.storageBuffersOffered ?? target.maxStorageBuffers;
  if (builder.bindings.length > offered) {
    throw new ActigradError(
      "limit",
      `${groupNodes(group)
        .map((n) => n.op.name)
        .join("+")}: ${builder.bindings.length} storage buffers in one kernel, ` +
        `the device allows ${offered}`,
    );
  }
  const [x, y] = typeof rendered.workgroups === "number" ? [rendered.workgroups, 1] : rendered.workgroups;
  const { bindings, dims, usesStep } = builder;
  const workgroups = fold(x, y, target);
  return { wgsl, bindings, usesStep, dims, workgroups, ...(variant !== undefined && { variant }) };
}

/** Folds a long row of workgroups into two dimensions; kernels count group.y * groups.x + group.x. */
function fold(x: number, y: number, { maxWorkgroups }: KernelTarget): readonly [number, number] {
  if (x <= maxWorkgroups || y !== 1) return [x, y];
  const height = Math.ceil(x / maxWorkgroups);
  return [Math.ceil(x / height), height];
}
