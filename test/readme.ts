/** Tables of docs and ARCHITECTURE, generated from their sources. `npm run readme` writes them. */
import { readFileSync, writeFileSync } from "node:fs";
import { type PeerName, type PeersResult, peers, titles } from "../bench/peers/result.ts";
import type { BenchResult } from "../bench/result.ts";
import { fromJson } from "../src/core/json.ts";
import { decimal } from "../src/report/numbers.ts";
import { type Activation, type ActivationParam, activations } from "../src/activations/index.ts";
import { chapterNames, chapters } from "../src/experiments/chapters.ts";
import { experiments } from "../src/experiments/index.ts";
import { type Layer, groupedActivations } from "../src/nn/index.ts";
import { layerTable } from "./imports.mjs";
import { defineScript } from "./support/script.ts";

/** docs/activations.md with its table from the records. @throws Error if it lacks the marks around it */
export const withActivations = (page: string): string => withTable(page, "activations", activationTables());

/** docs/statements.md with its table from the records. @throws as `withActivations` */
export const withStatements = (page: string): string => withTable(page, "experiments", experimentTable("en"));

/** The same for docs/ko/statements.md. @throws as `withActivations` */
export const withKoreanStatements = (page: string): string =>
  withTable(page, "experiments", experimentTable("ko"));

/** ARCHITECTURE with the layers that `npm run check` enforces. @throws as `withActivations` */
export function withLayers(architecture: string): string {
  const [heading = [], ...rows] = layerTable();
  const linked = rows.map(([layer = "", ...rest]) => [`[${layer}](${layer})`, ...rest]);
  return withTable(architecture, "layers", markdown(heading, linked));
}

/** docs/performance.md with the comparison kept beside it. @throws as `withActivations` */
export const withPeers = (page: string): string => withTable(page, "peers", peersTable(measured("speed")));

/** A bench's JSON in docs/measured. */
export const measured = (name: string): BenchResult =>
  fromJson(readFileSync(`docs/measured/${name}.json`, "utf8")) as BenchResult;

/** A peer's time as a multiple of actigrad's, the median of the rounds; "wrong" or "-" if there is none. */
export function timesAsLong({ cases }: PeersResult, title: string, peer: PeerName): string {
  const timing = cases.find((each) => each.title === title)?.timings.find((each) => each.peer === peer);
  return timing?.ratio === undefined ? "-" : decimal(timing.ratio.median);
}

function peersTable({ date, host, adapter, results }: BenchResult): string {
  const result = results.peers!;
  const others = peers.filter((name) => name === "tfjs" || name === "jax");
  const shown = result.cases.filter(
    ({ kind, title }) => kind !== "activation" || /^\w+ forward\+backward 1,048,576$/.test(title),
  );
  const rows = shown.map(({ title, timings }) => {
    const ours = timings.find(({ peer }) => peer === "actigrad")?.ms?.median;
    return [
      title,
      ours === undefined ? "-" : decimal(ours),
      ...others.map((peer) => timesAsLong(result, title, peer)),
    ];
  });
  const versions = others.map((name) => `${titles[name]} ${result.versions[name]}`).join(", ");
  return [
    `${date.slice(0, 10)}, ${host}, ${adapter.vendor} ${adapter.architecture}; ${versions}:`,
    markdown(["work", "actigrad ms", ...others.map((name) => `${titles[name]}, times as long`)], rows),
  ].join("\n\n");
}

function withTable(page: string, name: string, table: string): string {
  const marks = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`] as const;
  const [begin, end] = marks.map((mark) => page.indexOf(mark)) as [number, number];
  if (begin < 0 || end < begin) throw new Error(`the page needs ${marks[0]} and, after it, ${marks[1]}`);
  return `${page.slice(0, begin + marks[0].length)}\n\n${table}\n\n${page.slice(end)}`;
}

const headings = { en: ["chapter", "experiment", "statement"], ko: ["장", "실험", "진술"] } as const;

/** In the order of the course. */
function experimentTable(language: "en" | "ko"): string {
  const rows = chapterNames.flatMap((chapter) =>
    experiments
      .filter((experiment) => experiment.chapter === chapter)
      .map(({ name, statement }, i) => [
        i === 0 ? chapters[chapter][language] : "",
        code(name),
        statement[language],
      ]),
  );
  return markdown(headings[language], rows);
}

function activationTables(): string {
  const records = Object.values<Activation>(activations);
  const elementwise = records.map((record) => [
    [record.name, ...record.aliases].map(code).join(", "),
    record.formula,
    Object.entries(record.params).map(paramText).join("; "),
    record.saves,
    paper(record.source),
  ]);
  const layers = Object.entries<GroupedRecord>(groupedActivations);
  const grouped = layers.map(([name, { formula, options, source, layer }]) => [
    code(name),
    formula,
    Object.keys(options).map(code).join(", "),
    unitsText(layer({})),
    paper(source),
  ]);
  return [
    `${records.length} elementwise activations, and ${layers.length} over several units; a, b: the two halves of the units.`,
    markdown(["name", "f(x)", "options, default", "backward reads", "from"], elementwise),
    markdown(["name", "of the units", "options", "units per feature", "from"], grouped),
  ].join("\n\n");
}

interface GroupedRecord {
  readonly formula: string;
  readonly source: string;
  readonly options: object;
  layer(options: object): Layer;
}

const code = (text: string): string => `\`${text}\``;

/** Three significant digits. */
const short = (value: number): string => String(Number(value.toPrecision(3)));

function paramText([name, { default: value, learnable, learnedAs }]: [string, ActivationParam]): string {
  const trained = learnedAs !== undefined ? ", learned" : learnable === true ? ", fixed or learned" : "";
  return `${code(name)} ${short(value)}${trained}`;
}

function unitsText({ unitsPerFeature = 1 }: Layer): string {
  return unitsPerFeature === 0.5 ? "½" : String(unitsPerFeature);
}

/** Who and when, without the title. */
const paper = (source: string): string =>
  source.split(": ")[0]!.replace(/^([^,]+),.*,.* (\d+)$/, "$1 et al. $2");

/** A table with aligned columns, as the formatter wants it. */
function markdown(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows].map((row) => row.map((text) => text.replaceAll("|", "\\|")));
  const widths = heading.map((_, i) => Math.max(3, ...all.map((row) => [...row[i]!].length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, i) => text + " ".repeat(widths[i]! - [...text].length)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(all[0]!), rule, ...all.slice(1).map(line)].join("\n");
}

const pages = {
  "docs/activations.md": withActivations,
  "docs/statements.md": withStatements,
  "docs/ko/statements.md": withKoreanStatements,
  "docs/performance.md": withPeers,
  "ARCHITECTURE.md": withLayers,
};

export const script = defineScript({
  name: "readme",
  summary: "Regenerates the tables of docs and ARCHITECTURE.",
  options: {},
  run() {
    for (const [file, withTable] of Object.entries(pages))
      writeFileSync(file, withTable(readFileSync(file, "utf8")));
  },
});
