import { type Activation, groupedActivations } from "../../../index.ts";
import { activations as records } from "../../../activations/index.ts";
import { defineCommand } from "../command.ts";
import { type ActivationEntry, writeJsonFile } from "../json-files.ts";

export const activations = defineCommand({
  name: "activations",
  summary: "Lists the activations by name, with their formulas, options and papers. Needs no GPU.",
  options: {
    json: { kind: "word", value: "FILE", writes: true, doc: "write the list as JSON" },
  },
  notes: ['Any other function is a formula: --activation "x * sigmoid(beta * x); beta = 1 learned"'],
  async run({ options }, { terminal }) {
    const entries = [...elementwise(), ...grouped()];
    const rows = entries.map(({ name, formula, options: own }) => [name, formula, own.join(", ")]);
    terminal.table([["name", "f(x)", "options"], ...rows]);
    await writeJsonFile("activations", options.json, { activations: entries });
    return 0;
  },
});

const elementwise = (): ActivationEntry[] =>
  Object.values<Activation>(records).map(({ name, aliases, formula, params, source }) => ({
    name,
    aliases,
    formula,
    options: Object.entries(params).map(([param, { default: value }]) => `${param}=${value}`),
    source,
  }));

const grouped = (): ActivationEntry[] =>
  Object.entries(groupedActivations).map(([name, { formula, options, source }]) => ({
    name,
    aliases: [],
    formula,
    options: Object.keys(options),
    source,
  }));
