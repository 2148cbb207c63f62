import { ActigradError } from "../core/errors.ts";
import { checkRecord } from "../core/record.ts";
import { type TensorType, as3d, rowSlots } from "../core/shape.ts";
import type { KernelSpec } from "./kernel-spec.ts";

/** A user's compute kernel, in WGSL. */
export interface CustomKernel<A> {
  /** The kernel's names for its inputs, in the op's order, and for its output. */
  readonly inputs: readonly string[];
  readonly output: string;
  /** The kernel's statements, run by each invocation, or a function that makes them from the attributes; see `customKernel`. */
  readonly body: string | ((attrs: A) => string);
  /** Declarations before the kernel: functions, constants, `var<workgroup>`. */
  readonly declarations?: string;
  /** Workgroup size along x, y and z; at most 256 invocations in all. Default [64, 1, 1]. */
  readonly workgroupSize?: readonly [x: number, y?: number, z?: number];
  /** Number of workgroups to start, or numbers along x and y. */
  workgroups(
    output: TensorType,
    attrs: A,
    inputs: readonly TensorType[],
  ): number | readonly [x: number, y: number];
  /**
   * Further non-negative integers that the kernel reads as `D.name`. They are kept out of the text, so that shapes share a
   * pipeline.
   */
  dims?(attrs: A, inputs: readonly TensorType[]): Readonly<Record<string, number>>;
  /** Terms per sum; `validate` allows for the rounding of sums of this length. */
  terms?(inputs: readonly TensorType[], attrs: A): number;
}

const fields = {
  inputs: "array",
  output: "string",
  body: "string function",
  workgroups: "function",
  declarations: "string undefined",
  workgroupSize: "array undefined",
  dims: "function undefined",
  terms: "function undefined",
} satisfies Record<keyof CustomKernel<null>, string>;

const arrayType = { f32: "f32", u32: "u32", u8: "u32" } as const;
const isCount = (n: unknown, least: number): boolean => Number.isSafeInteger(n) && (n as number) >= least;

/**
 * A custom kernel as an op's `kernel`: one dispatch, with nothing fused into it.
 *
 * Each input and the output is a storage array with its name: `array<f32>`, or `array<u32>` for u32 and for bytes (four in each).
 * Tensors are stored as [Z, rows, columns], row-major, each row padded to a multiple of 4 elements: element (z, row, column) of x
 * is `x[(z * D.x_rows + row) * D.x_pitch + column]`, and `D.x_z`, `D.x_rows`, `D.x_columns` are its sizes. An input whose replica
 * axis is 1 is shared by all replicas. Values written into the padding are ignored. The body can use `index`, the number of the
 * invocation among all (u32), and WGSL's built-ins `global_id`, `local_id`, `group_id`, `group_count` (vec3u) and `local_index`
 * (u32). There may be more invocations than work: begin with a guard.
 * @throws ActigradError "option" for a faulty record, and for names that WGSL or the engine reserves
 */
/* @__NO_SIDE_EFFECTS__ */
export function customKernel<A = null>(record: CustomKernel<A>): KernelSpec<A> {
  checkRecord("custom kernel", record, fields);
  const { inputs, output, body, declarations = "", workgroupSize = [64] } = record;
  const names = [...inputs, output];
  for (const [i, name] of names.entries()) {
    if (!/^[A-Za-z]\w*$/.test(name)) refuse(`"${name}" is not a valid WGSL name`);
    if (taken.has(name) || /^b\d+$/.test(name)) refuse(`the name "${name}" is taken`);
    if (names.indexOf(name) !== i) refuse(`two tensors are called "${name}"`);
  }
  const size = [0, 1, 2].map((axis) => workgroupSize[axis] ?? 1);
  if (workgroupSize.length > 3 || !size.every((n) => isCount(n, 1)) || size.reduce((a, b) => a * b) > 256)
    refuse(
      `workgroupSize must be up to three whole numbers whose product is at most 256, got [${workgroupSize}]`,
    );
  const invocations = size.reduce((a, b) => a * b);
  return {
    kind: "custom",
    ...(record.terms && { terms: record.terms.bind(record) }),
    render(module, node) {
      const { op, inputs: nodes, shape, dtype, attrs } = node;
      if (nodes.length !== inputs.length)
        refuse(`the op "${op.name}" has ${nodes.length} inputs, its kernel names ${inputs.length}`);
      const dims: Record<string, number> = { ...record.dims?.(attrs, nodes) };
      const wrong = Object.keys(dims).find((name) => !/^[A-Za-z]\w*$/.test(name) || !isCount(dims[name], 0));
      if (wrong !== undefined) refuse(`the dim ${wrong} must be a whole number from 0, got ${dims[wrong]}`);
      let text = typeof body === "function" ? body(attrs) : body;
      for (const [i, tensor] of [...nodes, node].entries()) {
        const name = names[i]!;
        const [z, rows, columns] = as3d(tensor.shape);
        Object.assign(dims, { [`${name}_z`]: z, [`${name}_rows`]: rows, [`${name}_columns`]: columns });
        dims[`${name}_pitch`] = 4 * rowSlots(tensor.shape);
        const written = i === nodes.length;
        const first = written ? i : nodes.indexOf(tensor);
        // A tensor given twice is bound once.
        if (first < i) text = text.replaceAll(new RegExp(`(?<![.\\w])${name}\\b`, "g"), names[first]!);
        else module.rename(written ? module.write(node) : module.read(tensor), name, arrayType[tensor.dtype]);
      }
      module.declare(dims);
      const count = record.workgroups({ shape, dtype }, attrs, nodes);
      const grid = typeof count === "number" ? [count] : [...count];
      if (grid.length > 2 || !grid.every((n) => isCount(n, 1)))
        refuse(`workgroups of "${op.name}" must be one or two whole numbers of at least 1, got [${grid}]`);
      const file = `${declarations}

@compute @workgroup_size(${size.join(", ")})
fn main(
  @builtin(global_invocation_id) global_id: vec3u,
  @builtin(local_invocation_id) local_id: vec3u,
  @builtin(local_invocation_index) local_index: u32,
  @builtin(workgroup_id) group_id: vec3u,
  @builtin(num_workgroups) group_count: vec3u,
) {
  let index = (group_id.y * group_count.x + group_id.x) * ${invocations}u + local_index;
  ${text.trim()}
}`;
      return { file, values: {}, workgroups: [grid[0]!, grid[1] ?? 1] };
    },
  };
}

const refuse = (problem: string): never => {
  throw new ActigradError("option", `custom kernel: ${problem}`);
};

const taken = new Set(
  "D S T U I B main index global_id local_id local_index group_id group_count var let const fn if else for while loop return switch true false array struct alias".split(
    " ",
  ),
);
