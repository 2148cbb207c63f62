import { bytes, formatType } from "../core/shape.ts";
import { type Node, flopsOf } from "../graph/graph.ts";
import { groupNodes } from "./group.ts";
import { type Plan, plannedNodes } from "./plan.ts";

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

/** What is recomputed in backward, and what keeping it would cost. */
function recomputation({ dispatches, place }: Plan, again: readonly Node[]): string {
  const all = dispatches.reduce((total, { flops }) => total + flops, 0);
  const flops = again.reduce((total, node) => total + flopsOf(node), 0);
  const stored = again.filter((node) => place.has(node)).reduce((total, node) => total + bytes(node), 0);
  return (
    `recomputed in backward: ${again.length} nodes, ${((100 * flops) / all).toFixed(1)} % of the step's FLOPs, ` +
    `instead of keeping ${kib(stored)}`
  );
}

/** A plan as text: dispatches with their fused ops, shapes, FLOPs and bytes; buffers; savings by memory sharing. */
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
  const again = plannedNodes(plan).filter(({ after }) => after !== undefined);
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
    ...(again.length === 0 ? [] : [recomputation(plan, again)]),
  ].join("\n");
}

/**
 * The dispatches of a training step layer by layer, by their numbers in `printPlan`. A kernel that contains nodes of several
 * layers counts for the layer that it is named after.
 * @param loss the node that the backward pass begins with
 */
export function printLayers({ graph, dispatches }: Plan, loss: Node): string {
  const states = new Set(graph.nodes.filter((n) => n.op.kernel.kind === "storage").map((n) => n.label));
  const rows = new Map<string, { forward: number[]; backward: number[] }>();
  for (const [i, { layer: name, group }] of dispatches.entries()) {
    const own = states.has(name) ? name.replace(/\.[^.]*$/, "") : name; // "2.weight" is part of 2
    const layer = own === "" ? "batch" : own;
    if (!rows.has(layer)) rows.set(layer, { forward: [], backward: [] });
    const first = Math.min(...groupNodes(group).map(({ id }) => id));
    rows.get(layer)![first <= loss.id ? "forward" : "backward"].push(i);
  }
  const count = (of: "forward" | "backward"): string =>
    String([...rows.values()].reduce((total, row) => total + row[of].length, 0));
  return columns([
    ["layer", "forward", "backward and update", "dispatches"],
    ...[...rows].map(([layer, { forward, backward }]) => [
      layer,
      forward.join(" "),
      backward.join(" "),
      String(forward.length + backward.length),
    ]),
    ["all", count("forward"), count("backward"), String(dispatches.length)],
  ]).join("\n");
}
