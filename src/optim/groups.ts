import { ActigradError, checkOptions } from "../core/errors.ts";
import { elements } from "../core/shape.ts";
import type { Node } from "../graph/graph.ts";
import { type Operand, where } from "../graph/ops/pointwise.ts";
import { rowsFrom } from "../graph/ops/rowsFrom.ts";
import type { LearningRate, NamedPart, ParameterGroup, UpdateContext } from "./optimizer.ts";

/** Options of a group; the optimizer's options apply to the rest. */
export interface GroupOptions {
  readonly lr?: LearningRate;
  readonly weightDecay?: number;
}

/**
 * Parameters with their own learning rate or weight decay: `adamW({ lr: 1e-3, groups: [parameterGroup("*.bias", { weightDecay: 0
 * })] })`. The learned parameters of activations are the group "activation"; only this group can make them decay.
 * @param parameters PyTorch's names, `0.bias`, with * for any text: `*.bias`; or a test of a name; or "activation"
 * @throws ActigradError "option" for an unknown option
 */
export function parameterGroup(
  parameters: string | readonly string[] | ((name: string) => boolean),
  options: GroupOptions,
): ParameterGroup {
  checkOptions("parameterGroup", options, ["lr", "weightDecay"]);
  if (parameters === "activation")
    return {
      weightDecay: 0,
      ...options,
      contains: (_, kind) => kind === parameters,
      kind: parameters,
      choose: byGroup,
    };
  const patterns = typeof parameters === "function" ? [] : [parameters].flat().map(patternOf);
  const contains = (name: string): boolean =>
    typeof parameters === "function" ? parameters(name) : patterns.some((pattern) => pattern.test(name));
  return { ...options, contains, choose: byGroup };
}

function patternOf(pattern: string): RegExp {
  const literal = (part: string): string => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${pattern.split("*").map(literal).join(".*")}$`);
}

/** Index of a parameter's group, or -1 for the optimizer's own options. */
const groupOf = (name: string, groups: readonly ParameterGroup[], kind?: NamedPart["kind"]): number =>
  groups.findIndex((group) => group.contains(name, kind));

/** Rows of a tensor, from `from` to the next entry's, that belong to one group. */
interface Rows {
  readonly from: number;
  readonly group: number;
}

/** First and last row of a part in its tensor, along the second to last axis. */
function rowsOf(part: NamedPart, width: number): [first: number, last: number] {
  let [first, last] = [Infinity, -1];
  for (let i = 0; i < elements(part.shape); i++) {
    const row = Math.floor(part.index(i) / width);
    first = Math.min(first, row);
    last = Math.max(last, row);
  }
  return [first, last];
}

/** Which rows of a parameter's tensor belong to which group. */
function groupRows(w: Node, { parts = [] }: UpdateContext, groups: readonly ParameterGroup[]): Rows[] {
  const found = parts.map((part) => ({ part, group: groupOf(part.name, groups, part.kind) }));
  const [first] = found;
  if (first === undefined) return [{ from: 0, group: groupOf(w.label, groups) }];
  if (found.every(({ group }) => group === first.group)) return [{ from: 0, group: first.group }];
  const spans = found
    .map(({ part, group }) => ({ group, name: part.name, span: rowsOf(part, w.shape.at(-1)!) }))
    .toSorted((a, b) => a.span[0] - b.span[0]);
  const mixed = spans.find(
    ({ span, group }, i) => i > 0 && group !== spans[i - 1]!.group && span[0] <= spans[i - 1]!.span[1],
  );
  if (mixed !== undefined) {
    throw new ActigradError("option", `groups: ${mixed.name} shares rows of its tensor with another group`, {
      hint: "put the parameters of one layer into one group",
    });
  }
  return spans.map(({ span, group }) => ({ from: span[0], group }));
}

/**
 * A value that depends on the group: one operand, or one per row if the parameter's tensor contains several groups (a bias lies
 * below its weight).
 */
function byGroup(
  w: Node,
  context: UpdateContext,
  groups: readonly ParameterGroup[],
  value: (group: number) => Operand,
): Operand {
  const rows = groupRows(w, context, groups);
  return rows.slice(1).reduce<Operand>((above, { from, group }) => {
    const own = value(group);
    return own === above ? above : where(rowsFrom(w.graph, w.shape.at(-2)!, from), own, above);
  }, value(rows[0]!.group));
}
