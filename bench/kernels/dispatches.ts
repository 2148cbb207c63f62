/** The dispatches of a plan as files: the WGSL, and what starts it. */
import { bytes } from "../../src/core/shape.ts";
import { flopsIn } from "../../src/compile/flops.ts";
import type { Plan } from "../../src/compile/plan.ts";

/** What starts a dispatch, besides its WGSL. Buffers and uniforms are in binding order. */
export interface DispatchFile {
  readonly label: string;
  readonly kind: string;
  readonly variant?: string;
  readonly grid: readonly [x: number, y: number, z: number];
  readonly uniforms: Readonly<Record<number, readonly number[]>>;
  readonly buffers: Readonly<
    Record<number, { bytes: number; dtype: string; writes: boolean; shape: readonly number[] }>
  >;
  readonly flops: number;
  readonly bytes: number;
}

/** The first binding of a dispatch's storage buffers: 0 holds its sizes, 1 the step's scalars. */
const FIRST_BUFFER = 2;

/** Files by name, without ending: `mlp-256-03`. */
export function dispatchFiles(
  workload: string,
  plan: Plan,
): Map<string, { wgsl: string; about: DispatchFile }> {
  return new Map(
    plan.dispatches.map((dispatch, i) => {
      const { label, group, kernel, bytes: moved } = dispatch;
      const buffers = kernel.bindings.map(({ reads, writes }, b) => {
        const tensor = (writes ?? reads)!;
        const about = {
          bytes: bytes(tensor),
          dtype: tensor.dtype,
          writes: writes !== null,
          shape: tensor.shape,
        };
        return [b + FIRST_BUFFER, about] as const;
      });
      const about: DispatchFile = {
        label,
        kind: group.kind,
        ...(kernel.variant !== undefined && { variant: kernel.variant }),
        grid: [...kernel.workgroups, 1],
        uniforms: { 0: kernel.dims },
        buffers: Object.fromEntries(buffers),
        flops: flopsIn(dispatch),
        bytes: moved,
      };
      return [`${workload}-${String(i).padStart(2, "0")}`, { wgsl: kernel.wgsl, about }];
    }),
  );
}
