/** The text of the kernels of a product over B-splines. */
import { silu } from "../../activations/records/silu.ts";
import { type TensorType, as3d, rowSlots } from "../../core/shape.ts";
import type { CustomText, KernelSpec } from "../kernel-spec.ts";
import { type SplineGrid, basisText, splineCount } from "./splineBasis.ts";

const GROUP = 64;
const four = [0, 1, 2, 3];

/** Buffers by the names that a kernel's text gives them. */
type Buffers = Readonly<Record<"X" | "W" | "G", string>>;

/** The four rows of an invocation, from `first` on, and where they lie; rows past the end repeat the last. */
const rowsOf = (names: readonly string[]): string =>
  [
    "let row = min(vec4u(first) + vec4u(0u, 1u, 2u, 3u), vec4u(D.m - 1u));",
    ...names.map((name) => `let ${name}_row = z * D.${name}_z + row * D.${name}_m;`),
  ].join("\n");

/** x of the four rows at one input, and the B-splines of it. */
const basisOf = ({ X }: Pick<Buffers, "X">, spline: SplineGrid, slope: boolean): string =>
  `let x = vec4f(${four.map((q) => `${X}[x_row[${q}] + (i >> 2u)][i & 3u]`).join(", ")});
   ${basisText(spline, slope)}`;

/** For each B-spline that is not 0: its factor, 0 where there is none such, and the weight's row. */
const termsOf = (spline: SplineGrid, factor: string): string => {
  const { order } = spline;
  return Array.from({ length: order + 1 }, (_, r) => {
    const k = `(cell + vec4u(${r}u))`;
    return `let f_${r} = select(vec4f(0.0), ${factor}_${r}, (${k} >= vec4u(${order}u)) & (${k} < vec4u(${order + splineCount(spline)}u)));
      let w_${r} = w_first + min(max(${k}, vec4u(${order}u)) - vec4u(${order}u), vec4u(${splineCount(spline) - 1}u)) * D.w_m;`;
  }).join("\n");
};

const start = (blocks: string): string => `
@compute @workgroup_size(${GROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = (group.y * groups.x + group.x) * ${GROUP}u + lane;
  let blocks = ${blocks};
  if (index >= blocks * D.z) { return; }
  let z = index / blocks;
  let block = index % blocks;`;

const forward = ({ X, W }: Buffers, Y: string, spline: SplineGrid): string => `
${start("(D.m + 3u) / 4u * D.n4")}
  let slot = block % D.n4;
  let first = block / D.n4 * 4u;
  ${rowsOf(["x"])}
  ${four.map((q) => `var acc_${q} = vec4f(0.0);`).join("\n  ")}
  for (var i = 0u; i < D.inputs; i++) {
    ${basisOf({ X }, spline, false)}
    let w_first = z * D.w_z + i * ${splineCount(spline) + 1}u * D.w_m + slot;
    ${termsOf(spline, "n")}
    let base = x * sigmoid_(x);
    let w_base = ${W}[w_first + ${splineCount(spline)}u * D.w_m];
    ${four
      .map((q) => {
        const terms = Array.from({ length: spline.order + 1 }, (_, r) => `f_${r}[${q}] * ${W}[w_${r}[${q}]]`);
        return `acc_${q} += base[${q}] * w_base + (${terms.join(" + ")});`;
      })
      .join("\n    ")}
  }
  ${four.map((q) => `if (first + ${q}u < D.m) { ${Y}[(z * D.m + first + ${q}u) * D.n4 + slot] = acc_${q}; }`).join("\n  ")}
}`;

const inputGrad = ({ X, W, G }: Buffers, Y: string, spline: SplineGrid): string => `
fn silu_slope_(x: T) -> T { ${silu.wgsl.dfdx} }
${start("(D.m + 3u) / 4u * D.inputs")}
  let i = block % D.inputs;
  let first = block / D.inputs * 4u;
  ${rowsOf(["x", "g"])}
  ${basisOf({ X }, spline, true)}
  let w_first = z * D.w_z + i * ${splineCount(spline) + 1}u * D.w_m;
  ${termsOf(spline, "d")}
  let base = silu_slope_(x);
  var acc = vec4f(0.0);
  for (var slot = 0u; slot < D.n4; slot++) {
    // What lies in a row's padding may be anything.
    let real = vec4u(slot * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(D.outputs);
    let w_base = ${W}[w_first + ${splineCount(spline)}u * D.w_m + slot];
    ${four
      .map((q) => {
        const terms = Array.from(
          { length: spline.order + 1 },
          (_, r) => `f_${r}[${q}] * ${W}[w_${r}[${q}] + slot]`,
        );
        return `acc[${q}] += dot(select(vec4f(0.0), ${G}[g_row[${q}] + slot], real), select(vec4f(0.0), base[${q}] * w_base + (${terms.join(" + ")}), real));`;
      })
      .join("\n    ")}
  }
  ${four.map((q) => `if (first + ${q}u < D.m) { ${Y}[(z * D.m + first + ${q}u) * D.y_m + i] = acc[${q}]; }`).join("\n  ")}
}`;

const weightGrad = ({ X, G }: Buffers, Y: string, spline: SplineGrid): string => `
${start("D.inputs * D.n4")}
  let slot = block % D.n4;
  let i = block / D.n4;
  // From the first piece on, and so with ${spline.order} sums before the first B-spline's and behind the last one's.
  var sums: array<vec4f, ${spline.grid + 3 * spline.order}>;
  var base_sum = vec4f(0.0);
  for (var first = 0u; first < D.m; first += 4u) {
    ${rowsOf(["x", "g"])}
    ${basisOf({ X }, spline, false)}
    let base = x * sigmoid_(x);
    ${four
      .map(
        (q) => `if (first + ${q}u < D.m) {
      let g = ${G}[g_row[${q}] + slot];
      base_sum += base[${q}] * g;
      ${Array.from({ length: spline.order + 1 }, (_, r) => `sums[cell[${q}] + ${r}u] += n_${r}[${q}] * g;`).join("\n      ")}
    }`,
      )
      .join("\n    ")}
  }
  let at = (z * D.inputs + i) * ${splineCount(spline) + 1}u * D.n4 + slot;
  for (var k = 0u; k < ${splineCount(spline)}u; k++) { ${Y}[at + k * D.n4] = sums[k + ${spline.order}u]; }
  ${Y}[at + ${splineCount(spline)}u * D.n4] = base_sum;
}`;

/** Slots between the products of an operand, 0 where all replicas share it. */
const apart = ({ shape }: TensorType): number => {
  const [z, m] = as3d(shape);
  return z === 1 ? 0 : m * rowSlots(shape);
};

/** What a kernel is of: which of its inputs is what, and how many invocations take four rows of x, or all of them. */
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
    const quads = Math.ceil(rows / 4);
    const each = { "output slots": quads * n4, inputs: quads * inputs, weights: inputs * n4 }[of];
    const groups = Math.ceil((replicas * each) / GROUP);
    const across = Math.min(groups, 65_535);
    const file = write({ X: x, W: w, G: g }, y, attrs);
    return { file, values: {}, workgroups: [across, Math.ceil(groups / across)] };
  },
});

export const forwardKernel = kernel({ names: ["x", "w"], of: "output slots", write: forward });
export const inputGradKernel = kernel({ names: ["x", "w", "g"], of: "inputs", write: inputGrad });
export const weightGradKernel = kernel({ names: ["x", "g"], of: "weights", write: weightGrad });
