import { toJson } from "../core/json.ts";
import { formatType } from "../core/shape.ts";
import type { Graph, Node } from "./graph.ts";

const attrsText = (node: Node): string => {
  const text = node.op.key?.(node.attrs) ?? toJson(node.attrs);
  return text === undefined || text === "{}" || text === "null" ? "" : ` ${text}`;
};

/** `%7 f32[3,128,64] = matmul %2 %6 {"bias":true}  # hidden1` */
export function formatNode(node: Node): string {
  const inputs = node.inputs.map((n) => ` %${n.id}`).join("");
  const label = node.label === "" ? "" : `  # ${node.label}`;
  const again = node.after === undefined ? "" : " again";
  return `%${node.id} ${formatType(node)} = ${node.op.name}${inputs}${attrsText(node)}${again}${label}`;
}

/** The graph as text, one live node per line. */
export function printGraph(graph: Graph): string {
  const outputs = [...graph.outputs].map(([name, node]) => `return ${name} = %${node.id}`);
  return [...graph.live().map(formatNode), ...outputs].join("\n");
}
