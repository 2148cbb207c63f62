import { formatType } from "../core/shape.ts";
import type { Plan } from "./plan.ts";

const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;

/** Left-aligned columns. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join("  ")
      .trimEnd(),
  );
}

/** A plan as text: dispatches with their fused ops, shapes, FLOPs and bytes; buffers; what memory sharing saves. */
export function printPlan(plan: Plan): string {
  const dispatches = plan.dispatches.map(({ label, kernel, buffers, flops, bytes }, i) => {
    const bound = kernel.bindings.map(({ reads, writes }, b) => {
      const sign = writes === null ? "" : reads === null ? "=" : "±";
      return `${sign}${buffers[b]}`;
    });
    const result = kernel.bindings.find((b) => b.writes !== null)!.writes!;
    const [x, y] = kernel.workgroups;
    return [String(i), label, formatType(result), bound.join(" "), String(flops), kib(bytes), `${x}x${y}`];
  });
  const buffers = plan.buffers.map(({ role, name, bytes }, i) => {
    const tenants = [...plan.place].filter(([, at]) => at === i && role === "temp").map(([n]) => `%${n.id}`);
    return [String(i), role, kib(bytes), name === "" ? tenants.join(" ") : name];
  });
  const { tempBytes, lowerBoundBytes, unsharedBytes, persistentBytes } = plan.memory;
  const ratio = lowerBoundBytes === 0 ? 1 : tempBytes / lowerBoundBytes;
  return [
    ...columns([
      ["#", "dispatch", "writes", "buffers (= written, ± replaced)", "FLOP", "bytes", "workgroups"],
      ...dispatches,
    ]),
    "",
    ...columns([["#", "role", "size", "holds"], ...buffers]),
    "",
    `temporaries ${kib(tempBytes)}: ${ratio.toFixed(3)} x the lower bound ${kib(lowerBoundBytes)}, ` +
      `unshared ${kib(unsharedBytes)}; data and state ${kib(persistentBytes)}`,
  ].join("\n");
}
