import pointwiseFile from "../../../../shaders/pointwise.wgsl?raw";
import { as3d, rowSlots, slots } from "../../../core/shape.ts";
import type { Node } from "../../../graph/graph.ts";
import { valueShape } from "../../group.ts";
import { emitStage, needsLocation } from "../emit.ts";
import { type Family, at, indent, prefixed, sharedBy } from "../family.ts";

export const pointwise: Family = (builder, { outer }, stores, { software, maxWorkgroups }) => {
  const domain = valueShape(outer[0]!);
  const [z, m, n] = as3d(domain);
  const located = needsLocation(outer, domain);
  const count = slots(domain);
  builder.declare({ slots: count, ...(located && { n4: rowSlots(domain), m }) });
  const many = count >= 65_536;
  // Rows of a column per invocation. With more, a GPU's cores would have too few invocations.
  const column = software ? 64 : 8;
  const values = new Map<Node, string>();
  const shared = many && m % column === 0 ? sharedBy(outer, [z, 1, n]) : [];
  const columns = shared.length > 0;
  const before = emitStage(prefixed(builder, "row"), [], at([z, 1, n], ...shared), values, stores);
  const lines = emitStage(builder, outer, { domain, index: "i" }, values, stores);
  // Small tensors are spread over more workgroups instead.
  const per = columns ? column : many ? 4 : 1;
  // On a software adapter a bounds guard masks every load and store, which costs a third of a copy's time.
  const workgroups = Math.ceil(count / (256 * per));
  const whole = per > 1 && count % (256 * per) === 0 && workgroups <= maxWorkgroups;
  // On a GPU, neighbouring invocations read adjacent slots. A software adapter's core runs them in turn, so each reads its own stretch.
  const [stretch, stride] = software ? [per, 1] : [1, 256];
  const text = {
    PER: per,
    STRETCH: stretch,
    STRIDE: stride,
    columns,
    GUARD: whole ? "" : "if (i < D.slots)",
    located,
    BEFORE: indent(before),
    EPILOGUE: indent(lines, "      "),
  };
  return { file: pointwiseFile, values: text, workgroups, sized: software && columns };
};
