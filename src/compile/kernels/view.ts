import { type Shape, as3d, elements, rowSlots, sameShape } from "../../core/shape.ts";
import type { Node } from "../../graph/graph.ts";
import type { AxisMap, OrderMap } from "../../graph/kernel-spec.ts";
import type { Scope } from "./scope.ts";

/** WGSL that prepares a read, and the expression that it ends in. */
interface Read {
  readonly lines: readonly string[];
  readonly value: string;
}

interface View {
  readonly map: AxisMap;
  readonly shape: Shape;
  readonly input: Shape;
  readonly buffer: string;
  /** A name that nothing else in the kernel has. */
  readonly own: (what: string) => string;
  /** Its own offset, and sizes that it shares with its like, as u32 outside the text. */
  readonly start: (value: number) => string;
  readonly dim: (what: string, value: number) => string;
}

/**
 * Emits the read of a view at the position z, row, c of a domain: a slot of what it shows.
 * @param name starts the names of variables and dims; nothing else may
 * @param value the variable with another input's value at the position
 */
export function readView(
  builder: Scope,
  node: Node,
  domain: Shape,
  name: string,
  value: (input: Node) => string,
): Read {
  const { kernel } = node.op;
  if (kernel.kind !== "view") throw new Error(`${node.op.name} is no view`);
  const input = node.inputs[0]!;
  const map = kernel.map(node.attrs);
  if (map.kind === "rows") return pickedRows(builder, node, value(node.inputs[1]!));
  if (!("axis" in map)) return inOrder(builder, node, map.kind, name);
  // Views of one tensor that differ in their start only, such as the pieces of a maxout, share their sizes.
  const alike = builder.nameOf([map.kind, map.axis, map.step, input.id, ...node.shape].join());
  const view: View = {
    map,
    shape: node.shape,
    input: input.shape,
    buffer: builder.read(input),
    own: (what) => `${name}_${what}`,
    start: (value) => builder.dim(`${name}_start`, value),
    dim: (what, value) => builder.dim(`${alike}_${what}`, value),
  };
  if (!sameShape(node.shape, domain)) return repeatedRow(view, node.shape[0] === domain[0]);
  return view.map.axis === node.shape.length - 1 ? alongColumns(view) : alongRows(view);
}

/** A byte table holds four columns in a u32. An index past the end takes the last row, and is masked where it matters. */
function pickedRows(builder: Scope, { dtype, inputs: [table] }: Node, index: string): Read {
  const alike = builder.nameOf(`rows ${table!.id}`);
  const last = builder.dim(`${alike}_last`, table!.shape[1]! - 1);
  const n4 = builder.dim(`${alike}_n4`, rowSlots(table!.shape));
  // A learned table has its rows for each replica.
  const start = table!.shape[0] === 1 ? "" : `z * (${last} + 1u) + `;
  const slot = `${builder.read(table!)}[(${start}min(${index}.x, ${last})) * ${n4} + c]`;
  if (table!.dtype !== "u8") return { lines: [], value: slot };
  const lanes = `(vec4u(${slot}) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u)`;
  return { lines: [], value: `${dtype === "f32" ? "T" : "U"}(${lanes})` };
}

/** Each lane has its own column; only where slots fall on slots is a slot read as a whole. */
function alongColumns({ map, shape, input, buffer, own, start: offset, dim }: View): Read {
  const { kind, start, step } = map;
  const [at, hit] = [own("at"), own("hit")];
  const n = dim("n", input.at(-1)!);
  const row = `(z * ${dim("m", as3d(shape)[1])} + row) * ${dim("n4", rowSlots(input))}`;
  if (step === 1 && start % 4 === 0) {
    const first = offset(start / 4);
    if (kind === "pick") return { lines: [], value: `${buffer}[${row} + ${first} + c]` };
    // Before the start the difference wraps round to a large number, past the end like any other.
    const lines = [
      `let ${at} = c - ${first};`,
      `let ${hit} = vec4u(${at} * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(${n});`,
    ];
    return { lines, value: `select(T(0.0), ${buffer}[${row} + min(${at}, (${n} - 1u) >> 2u)], ${hit})` };
  }
  const first = offset(start);
  const by = dim("step", step);
  const column = `(vec4u(c * 4u) + vec4u(0u, 1u, 2u, 3u))`;
  // Lanes that show nothing read the last column, and are selected away or never looked at.
  const lines =
    kind === "pick"
      ? [`let ${at} = min(${column} * ${by} + ${first}, vec4u(${n} - 1u));`]
      : [
          `let ${own("from")} = ${column} - ${first};`,
          `let ${own("to")} = ${own("from")} / ${by};`,
          `let ${hit} = (${own("to")} * ${by} == ${own("from")}) & (${own("to")} < vec4u(${n}));`,
          `let ${at} = min(${own("to")}, vec4u(${n} - 1u));`,
        ];
  lines.push(`let ${own("base")} = ${row};`);
  const lane = (l: string): string => `${buffer}[${own("base")} + (${at}.${l} >> 2u)][${at}.${l} & 3u]`;
  const slot = `T(${["x", "y", "z", "w"].map(lane).join(", ")})`;
  return { lines, value: kind === "pick" ? slot : `select(T(0.0), ${slot}, ${hit})` };
}

/** Any axis but the last: rows are numbered through all of these, `inner` of them between two neighbours. */
function alongRows({ map, shape, input, buffer, own, start: offset, dim }: View): Read {
  const { kind, axis, start, step } = map;
  const [r, i, at, hit] = [own("row"), own("i"), own("at"), own("hit")];
  const inner = dim("inner", elements(shape.slice(axis + 1, -1)));
  const size = dim("size", shape[axis]!);
  const n = dim("n", input[axis]!);
  const [first, by] = [offset(start), dim("step", step)];
  const lines = [
    `let ${r} = z * ${dim("m", as3d(shape)[1])} + row;`,
    `let ${i} = ${r} / ${inner} % ${size};`,
    ...(kind === "pick"
      ? [`let ${at} = ${i} * ${by} + ${first};`]
      : [
          `let ${own("from")} = ${i} - ${first};`,
          `let ${own("to")} = ${own("from")} / ${by};`,
          `let ${hit} = ${own("to")} * ${by} == ${own("from")} && ${own("to")} < ${n};`,
          `let ${at} = min(${own("to")}, ${n} - 1u);`,
        ]),
    `let ${own("line")} = (${r} / (${inner} * ${size}) * ${n} + ${at}) * ${inner} + ${r} % ${inner};`,
  ];
  const slot = `${buffer}[${own("line")} * ${dim("n4", rowSlots(input))} + c]`;
  return { lines, value: kind === "pick" ? slot : `select(T(0.0), ${slot}, ${hit})` };
}

/** One row, the same at every row of the domain. */
function repeatedRow({ map, input, buffer, start, dim }: View, ofReplica: boolean): Read {
  const row = start(map.start);
  const at = ofReplica ? `z * ${dim("n", input[map.axis]!)} + ${row}` : row;
  return { lines: [], value: `${buffer}[(${at}) * ${dim("n4", rowSlots(input))} + c]` };
}

/** Each lane has its own element: channel and place of an image, or their place in a row (see `src/graph/ops/flatten.ts`). */
function inOrder(builder: Scope, node: Node, kind: OrderMap["kind"], name: string): Read {
  const input = node.inputs[0]!;
  const buffer = builder.read(input);
  const [image, rows] = kind === "flatten" ? [input.shape, node.shape] : [node.shape, input.shape];
  const own = (what: string): string => `${name}_${what}`;
  const dim = (what: string, value: number): string => builder.dim(own(what), value);
  const places = dim("places", elements(image.slice(2, -1)));
  const width = dim("width", rows.at(-1)!);
  const per = dim("rows", rows.length > 3 ? rows[2]! : 1);
  const n4 = dim("n4", rowSlots(input.shape));
  const [at, row, column] = [own("at"), own("row"), own("column")];
  const lines = [
    `let ${at} = z * ${dim("m", as3d(node.shape)[1])} + row;`,
    `let ${column} = min(vec4u(c * 4u) + vec4u(0u, 1u, 2u, 3u), vec4u(${dim("n", node.shape.at(-1)!)} - 1u));`,
  ];
  if (kind === "flatten") {
    lines.push(
      `let ${own("element")} = vec4u(${at} % ${per} * ${width}) + ${column};`,
      `let ${row} = vec4u(${at} / ${per} * ${places}) + ${own("element")} % ${places};`,
      `let ${own("from")} = ${own("element")} / ${places};`,
    );
  } else {
    lines.push(
      `let ${own("element")} = ${column} * ${places} + vec4u(${at} % ${places});`,
      `let ${row} = vec4u(${at} / ${places} * ${per}) + ${own("element")} / ${width};`,
      `let ${own("from")} = ${own("element")} % ${width};`,
    );
  }
  const lane = (l: string): string =>
    `${buffer}[${row}.${l} * ${n4} + (${own("from")}.${l} >> 2u)][${own("from")}.${l} & 3u]`;
  // One channel lies alone in its slot.
  const lanes = node.shape.at(-1) === 1 ? [lane("x")] : ["x", "y", "z", "w"].map(lane);
  return { lines, value: `T(${lanes.join(", ")})` };
}
