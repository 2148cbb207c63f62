import type { Node, Op } from "../graph.ts";
import { broadcast } from "../../core/shape.ts";
import { defineReference, engineOp } from "../op.ts";

/**
 * Whether each replica still trains: `alive`, f32[R, 1, 1], 1 or 0, a state of the training step. The next lane of its slot holds
 * a mark, the step in which a gradient was not finite: every update that sees one writes it, and the next step's loss takes it
 * in. So all updates of a step see the same `alive`, whatever order they run in.
 */
export const aliveName = "alive";

/** alive, or 0 if its replica is marked or the value, f32[R or 1, 1, 1], is not finite; the mark stays. */
export const stillAliveOp: Op<null> = engineOp({
  name: "stillAlive",
  shape: (inputs) => ({ shape: broadcast("stillAlive", ...inputs), dtype: "f32" }),
  kernel: {
    kind: "pointwise",
    wgsl: ([alive, value]) =>
      `vec4f(select(0.0, ${alive}.x, (${alive}.y == 0.0) & is_finite_(${value}).x), ${alive}.y, 0.0, 0.0)`,
  },
});
export const stillAlive = (alive: Node, value: Node): Node =>
  alive.graph.add(stillAliveOp, [alive, value], null);

/**
 * Which elements an update may replace: `taken`, f32[R, 1, 1], where the gradient is finite, otherwise 0. If it is not finite and
 * `watched`, f32[R, 1, 1], is not 0, `alive` gets a mark. Inputs: taken, gradient, alive, watched.
 */
export const guardOp: Op<null> = engineOp({
  name: "guard",
  shape: ([, gradient]) => ({ shape: gradient!.shape, dtype: "f32" }),
  kernel: {
    kind: "pointwise",
    wgsl: ([taken, gradient]) => `select(T(0.0), ${taken}, is_finite_(${gradient}))`,
    steps: () => ["slot"],
    marks: {
      input: 2,
      when: ([, gradient, , watched]) => `(${watched} != T(0.0)) & !is_finite_(${gradient})`,
    },
  },
});
export const guard = (taken: Node, gradient: Node, alive: Node, watched: Node): Node =>
  alive.graph.add(guardOp, [taken, gradient, alive, watched], null);

// Float64 has no marks: a marked replica would train on.
export const stillAliveReference = defineReference(stillAliveOp, ([alive, value]) =>
  Number.isFinite(value) ? alive! : 0,
);
export const guardReference = defineReference(guardOp, ([taken, gradient]) =>
  Number.isFinite(gradient) ? taken! : 0,
);
