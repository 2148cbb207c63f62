import { ActigradError } from "../../core/errors.ts";
import { type Shape, type TensorType, as3d, elements, formatType } from "../../core/shape.ts";
import type { Node, Op, RefArray, RefTensor } from "../graph.ts";
import { engineOp, defineReference } from "../op.ts";
import { sumTo } from "./reduce.ts";

/** Which product: A·B, Aᵀ·B or A·Bᵀ. */
export type MatmulForm = "ab" | "atb" | "abt";

export interface MatmulAttrs {
  readonly form: MatmulForm;
  /**
   * A bias is the weight of a constant input 1, so [W | b] is one tensor with one more row. With `bias`, A·B takes A with a
   * virtual last column of ones; so does Aᵀ·B, which returns the bias gradient as its last row; A·Bᵀ leaves out B's last row.
   */
  readonly bias: boolean;
}

/**
 * Sizes of a product: out [Z, M, N], where M are the rows of all middle axes, summed over K (real columns, without the virtual
 * one).
 */
export interface MatmulSizes {
  readonly z: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** The sizes of a product, or a typed error that says which do not fit. */
export function matmulSizes(a: TensorType, b: TensorType, { form, bias }: MatmulAttrs): MatmulSizes {
  const refuse = (what: string, hint: string): never => {
    const sign = { ab: "x", atb: "(transposed) x", abt: "x (transposed)" }[form];
    throw new ActigradError("shape", `matmul: ${what}, ${formatType(a)} ${sign} ${formatType(b)}`, { hint });
  };
  if (a.shape.length < 3 || b.shape.length < 3)
    refuse("operands need 3 axes", "add the replica axis: [1, rows, columns]");
  if (a.dtype !== "f32" || b.dtype !== "f32") refuse("operands must be f32", "gather bytes into f32 first");
  const [za, ma, na] = as3d(a.shape);
  const [zb, mb, nb] = as3d(b.shape);
  if (za !== zb && za !== 1 && zb !== 1)
    refuse("leading axes differ", "they must be equal, or one of them 1");
  const [m, ka] = form === "atb" ? [na, ma] : [ma, na];
  const [kb, n] = form === "abt" ? [nb, mb] : [mb, nb];
  const one = bias ? 1 : 0;
  const k = form === "ab" ? kb - one : kb;
  if (ka !== k) {
    const note = bias && form === "ab" ? ` (the second has one more row, for the bias)` : "";
    refuse(`inner dimensions differ${note}`, `${ka} and ${k} must be equal`);
  }
  return { z: Math.max(za, zb), m: form === "atb" ? m + one : m, n: form === "abt" ? n - one : n, k };
}

/** Batched matrix product with a leading replica axis that broadcasts. See `MatmulAttrs` for the forms. */
export const matmulOp: Op<MatmulAttrs> = engineOp({
  name: "matmul",
  shape([a, b], attrs) {
    const { z, m, n } = matmulSizes(a!, b!, attrs);
    const rows = attrs.form === "atb" ? [m] : a!.shape.slice(1, -1);
    return { shape: [z, ...rows, n], dtype: "f32" };
  },
  key: ({ form, bias }) => form + (bias ? "+bias" : ""),
  vjp({ inputs, attrs: { form, bias } }, g, higher) {
    const [a, b] = inputs as [Node, Node];
    if (bias && form !== "ab") {
      throw new ActigradError("option", `matmul: the ${form} form with a bias has no derivative`, {
        hint: "take the first derivative with `derivative`, which separates weight and bias",
      });
    }
    const [da, db] = {
      ab: () => {
        const apart = bias && higher !== undefined;
        const da = apart ? matmul(g, higher.withoutBias(b), "abt") : matmul(g, b, "abt", bias);
        return [da, matmul(a, g, "atb", bias)] as const;
      },
      atb: () => [matmul(b, g, "abt"), matmul(a, g, "ab")] as const,
      abt: () => [matmul(g, b, "ab"), matmul(g, a, "atb")] as const,
    }[form]();
    return [sumTo(da, a.shape), sumTo(db, b.shape)];
  },
  flops({ inputs, attrs }) {
    const { z, m, n, k } = matmulSizes(inputs[0]!, inputs[1]!, attrs);
    return 2 * z * m * n * k;
  },
  kernel: { kind: "matmul" },
});

/**
 * The product of rows and columns; the leading axes are equal or 1. Places of a sequence are rows like those of a batch: [Z,
 * batch, time, K] times [Z, K, N] is [Z, batch, time, N].
 */
export const matmul = (a: Node, b: Node, form: MatmulForm = "ab", bias = false): Node =>
  a.graph.add(matmulOp, [a, b], { form, bias });

/** Loops in the order that keeps the inner one contiguous; plain sums in float64. */
export const matmulReference = defineReference(matmulOp, {
  evaluate([a, b], node) {
    const { form, bias } = node.attrs;
    const typed = (shape: Shape): TensorType => ({ shape, dtype: "f32" });
    const { z, m, n, k } = matmulSizes(typed(a!.shape), typed(b!.shape), node.attrs);
    const out = new Float64Array(z * m * n);
    const matrix = (t: RefTensor, i: number): RefArray => {
      const size = elements(t.shape.slice(1));
      return t.shape[0] === 1 ? t.data : t.data.subarray(i * size, (i + 1) * size);
    };
    for (let i = 0; i < z; i++) {
      const [p, q, y] = [matrix(a!, i), matrix(b!, i), out.subarray(i * m * n, (i + 1) * m * n)];
      if (form === "abt") {
        for (let r = 0; r < m; r++) {
          for (let c = 0; c < n; c++) {
            let total = 0;
            for (let s = 0; s < k; s++) total += p[r * k + s]! * q[c * k + s]!;
            y[r * n + c] = total;
          }
        }
        continue;
      }
      const columns = form === "atb" && bias ? m - 1 : m;
      const terms = form === "ab" && bias ? k + 1 : k;
      for (let r = 0; r < m; r++) {
        for (let s = 0; s < terms; s++) {
          const virtual = form === "ab" ? s === k : r === columns;
          const factor = virtual ? 1 : form === "ab" ? p[r * k + s]! : p[s * columns + r]!;
          if (factor === 0) continue; // exact: an added zero changes nothing unless the other factor is not finite
          for (let c = 0; c < n; c++) y[r * n + c]! += factor * q[s * n + c]!;
        }
      }
    }
    return { shape: node.shape, data: out };
  },
});
