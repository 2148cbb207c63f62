import pointwiseFile from "../../../../shaders/pointwise.wgsl?raw";
import { as3d, rowSlots, slots } from "../../../core/shape.ts";
import { valueShape } from "../../group.ts";
import { emitStage, needsLocation } from "../emit.ts";
import { type Family, indent } from "../family.ts";

export const pointwise: Family = (builder, group, stores, { software, maxWorkgroups }) => {
  const domain = valueShape(group.outer[0]!);
  const located = needsLocation(group.outer, domain);
  const count = slots(domain);
  builder.declare({ slots: count, ...(located && { n4: rowSlots(domain), m: as3d(domain)[1] }) });
  const lines = emitStage(builder, group.outer, { domain, index: "i" }, new Map(), stores);
  // Small tensors are spread over more workgroups instead.
  const per = count >= 65_536 ? 4 : 1;
  // A guard makes every load and store of a software adapter look at a mask: a third of a copy's time.
  const workgroups = Math.ceil(count / (256 * per));
  const whole = per > 1 && count % (256 * per) === 0 && workgroups <= maxWorkgroups;
  // Neighbouring invocations read neighbouring memory; where one core runs them in turn, each reads its own stretch.
  const [stretch, stride] = software ? [per, 1] : [1, 256];
  const values = {
    PER: per,
    STRETCH: stretch,
    STRIDE: stride,
    whole,
    located,
    EPILOGUE: indent(lines, "      "),
  };
  return { file: pointwiseFile, values, workgroups };
};
