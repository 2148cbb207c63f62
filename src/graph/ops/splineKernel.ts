/** The text of the kernels of a product over B-splines. */
import { silu } from "../../activations/records/silu.ts";
import { type TensorType, as3d, rowSlots } from "../../core/shape.ts";
import type { CustomText, KernelSpec } from "../kernel-spec.ts";
import { type SplineGrid, basisText, splineCount } from "./splineBasis.ts";

const GROUP = 16;
const four = [0, 1, 2, 3];
/** Groups of four rows, and slots of outputs, per invocation: each load of one serves all of the other. */
const QUADS = 2;
const SLOTS = 4;

/** Buffers by their names in a kernel's text. */
type Buffers = Readonly<Record<"X" | "W" | "G", string>>;

const times = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");
const sumOf = (count: number, term: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => term(i)).join(" + ");

/** Four rows, from `first` on, and their positions; rows past the end repeat the last. */
const rowsOf = (quad: number, names: readonly string[]): string =>
  `let row_${quad} = min(vec4u(first + ${4 * quad}u) + vec4u(0u, 1u, 2u, 3u), vec4u(D.m - 1u));
  ${names.map((name) => `let ${name}_row_${quad} = z * D.${name}_z + row_${quad} * D.${name}_m;`).join("\n")}`;

/**
 * The factors of x for four rows at input `i`: `name[k]` for each B-spline and for silu, or their slopes. Cells are distinguished
 * by selection, so that no row branches.
 */
const factorsOf = (
  name: string,
  quad: number,
  { X }: Pick<Buffers, "X">,
  spline: SplineGrid,
  slope: boolean,
): string => {
  const count = splineCount(spline);
  const value = slope ? "d" : "n";
  const factor = (k: number): string =>
    Array.from({ length: spline.order + 1 }, (_, r) => r).reduce(
      (text, r) => `select(${text}, ${value}_${r}, cell == vec4u(${k + spline.order - r}u))`,
      "vec4f(0.0)",
    );
  return `var ${name}: array<vec4f, ${count + 1}>;
  {
    let x = vec4f(${four.map((q) => `${X}[x_row_${quad}[${q}] + (i >> 2u)][i & 3u]`).join(", ")});
    ${basisText(spline, slope)}
    ${times(count, (k) => `${name}[${k}] = ${factor(k)};`)}
    ${name}[${count}] = ${slope ? "silu_slope_(x)" : "x * sigmoid_(x)"};
  }`;
};

const start = (blocks: string): string => `
@compute @workgroup_size(${GROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = (group.y * groups.x + group.x) * ${GROUP}u + lane;
  let blocks = ${blocks};
  if (index >= blocks * D.z) { return; }
  let z = index / blocks;
  let block = index % blocks;`;

/** The rows of the weight for input `i`, at a slot. */
const weightsOf = ({ W }: Pick<Buffers, "W">, terms: number, slot: string): string =>
  times(terms, (k) => `let w_${k} = ${W}[w_first + ${k}u * D.w_m + ${slot}];`);

const forward = (buffers: Buffers, Y: string, spline: SplineGrid): string => {
  const terms = splineCount(spline) + 1;
  return `
${start(`(D.m + ${4 * QUADS - 1}u) / ${4 * QUADS}u * ((D.n4 + ${SLOTS - 1}u) / ${SLOTS}u)`)}
  let across = (D.n4 + ${SLOTS - 1}u) / ${SLOTS}u;
  let first_slot = block % across * ${SLOTS}u;
  let first = block / across * ${4 * QUADS}u;
  ${times(QUADS, (quad) => rowsOf(quad, ["x"]))}
  ${times(SLOTS, (s) => `let slot_${s} = min(first_slot + ${s}u, D.n4 - 1u);`)}
  var acc: array<vec4f, ${4 * QUADS * SLOTS}>;
  for (var i = 0u; i < D.inputs; i++) {
    ${times(QUADS, (quad) => factorsOf(`e_${quad}`, quad, buffers, spline, false))}
    let w_first = z * D.w_z + i * ${terms}u * D.w_m;
    ${times(
      SLOTS,
      (s) => `{
      ${weightsOf(buffers, terms, `slot_${s}`)}
      ${times(4 * QUADS, (q) => `acc[${4 * QUADS * s + q}] += ${sumOf(terms, (k) => `e_${q >> 2}[${k}][${q & 3}] * w_${k}`)};`)}
    }`,
    )}
  }
  for (var s = 0u; s < min(${SLOTS}u, D.n4 - first_slot); s++) {
    for (var q = 0u; q < min(${4 * QUADS}u, D.m - first); q++) {
      ${Y}[(z * D.m + first + q) * D.n4 + first_slot + s] = acc[s * ${4 * QUADS}u + q];
    }
  }
}`;
};

const inputGrad = (buffers: Buffers, Y: string, spline: SplineGrid): string => {
  const terms = splineCount(spline) + 1;
  const { G } = buffers;
  return `
fn silu_slope_(x: T) -> T { ${silu.wgsl.dfdx} }
${start(`(D.m + ${4 * QUADS - 1}u) / ${4 * QUADS}u * D.inputs`)}
  let i = block % D.inputs;
  let first = block / D.inputs * ${4 * QUADS}u;
  ${times(QUADS, (quad) => rowsOf(quad, ["x", "g"]))}
  ${times(QUADS, (quad) => factorsOf(`e_${quad}`, quad, buffers, spline, true))}
  let w_first = z * D.w_z + i * ${terms}u * D.w_m;
  var acc: array<f32, ${4 * QUADS}>;
  for (var slot = 0u; slot < D.n4; slot++) {
    // What lies in a row's padding may be anything.
    let real = vec4u(slot * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(D.outputs);
    ${weightsOf(buffers, terms, "slot")}
    ${times(
      4 * QUADS,
      (q) => `{
      let w = ${sumOf(terms, (k) => `e_${q >> 2}[${k}][${q & 3}] * w_${k}`)};
      acc[${q}] += dot(select(vec4f(0.0), ${G}[g_row_${q >> 2}[${q & 3}] + slot], real), select(vec4f(0.0), w, real));
    }`,
    )}
  }
  for (var q = 0u; q < min(${4 * QUADS}u, D.m - first); q++) { ${Y}[(z * D.m + first + q) * D.y_m + i] = acc[q]; }
}`;
};

const weightGrad = (buffers: Buffers, Y: string, spline: SplineGrid): string => {
  const terms = splineCount(spline) + 1;
  const { G } = buffers;
  return `
${start(`D.inputs * ((D.n4 + ${SLOTS - 1}u) / ${SLOTS}u)`)}
  let across = (D.n4 + ${SLOTS - 1}u) / ${SLOTS}u;
  let first_slot = block % across * ${SLOTS}u;
  let i = block / across;
  ${times(SLOTS, (s) => `let slot_${s} = min(first_slot + ${s}u, D.n4 - 1u);`)}
  var sums: array<vec4f, ${SLOTS * terms}>;
  for (var first = 0u; first < D.m; first += 4u) {
    ${rowsOf(0, ["x", "g"])}
    ${factorsOf("e_0", 0, buffers, spline, false)}
    ${times(
      SLOTS,
      (s) => `{
      ${times(4, (q) => `let g_${q} = select(vec4f(0.0), ${G}[g_row_0[${q}] + slot_${s}], first + ${q}u < D.m);`)}
      ${times(terms, (k) => `sums[${s * terms + k}] += ${sumOf(4, (q) => `e_0[${k}][${q}] * g_${q}`)};`)}
    }`,
    )}
  }
  let at = (z * D.inputs + i) * ${terms}u * D.n4 + first_slot;
  for (var s = 0u; s < min(${SLOTS}u, D.n4 - first_slot); s++) {
    for (var k = 0u; k < ${terms}u; k++) { ${Y}[at + k * D.n4 + s] = sums[s * ${terms}u + k]; }
  }
}`;
};

/** Slots between the replicas of an operand, 0 if all replicas share it. */
const apart = ({ shape }: TensorType): number => {
  const [z, m] = as3d(shape);
  return z === 1 ? 0 : m * rowSlots(shape);
};

/** What a kernel computes: the role of each input, and the block per invocation. */
interface Form {
  readonly names: readonly ("x" | "w" | "g")[];
  readonly of: "output slots" | "inputs" | "weights";
  readonly write: (buffers: Buffers, y: string, spline: SplineGrid) => string;
}

const kernel = ({ names, of, write }: Form): KernelSpec<SplineGrid> => ({
  kind: "custom",
  terms: (inputs, { order }) => {
    const [, rows, width] = as3d(inputs[0]!.shape);
    return of === "weights" ? rows : (order + 2) * (of === "inputs" ? inputs[1]!.shape.at(-1)! : width);
  },
  render(module, node): CustomText {
    const { inputs: nodes, attrs } = node;
    const [z, rows, inputs] = as3d(nodes[0]!.shape);
    const outputs = nodes[1]!.shape.at(-1)!;
    const n4 = Math.ceil(outputs / 4);
    const replicas = Math.max(z, ...nodes.map(({ shape }) => shape[0]!));
    const strides = nodes.flatMap((tensor, i) => [
      [`${names[i]!}_z`, apart(tensor)] as const,
      [`${names[i]!}_m`, rowSlots(tensor.shape)] as const,
    ]);
    module.declare({ z: replicas, m: rows, inputs, outputs, n4, ...Object.fromEntries(strides) });
    const buffers = Object.fromEntries(names.map((name, i) => [name, module.read(nodes[i]!)]));
    const { x = "", w = "", g = "" } = buffers;
    let y = module.write(node);
    if (of === "inputs") {
      module.declare({ y_m: 4 * rowSlots(node.shape) });
      module.rename(y, "Y", "f32");
      y = "Y";
    }
    const [down, across] = [Math.ceil(rows / (4 * QUADS)), Math.ceil(n4 / SLOTS)];
    const each = { "output slots": down * across, inputs: down * inputs, weights: inputs * across }[of];
    const groups = Math.ceil((replicas * each) / GROUP);
    const wide = Math.min(groups, 65_535);
    const file = write({ X: x, W: w, G: g }, y, attrs);
    return { file, values: {}, workgroups: [wide, Math.ceil(groups / wide)] };
  },
});

export const forwardKernel = kernel({ names: ["x", "w"], of: "output slots", write: forward });
export const inputGradKernel = kernel({ names: ["x", "w", "g"], of: "inputs", write: inputGrad });
export const weightGradKernel = kernel({ names: ["x", "g"], of: "weights", write: weightGrad });
