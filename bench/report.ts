/** The bench's report. */
import type { AdapterInfo } from "../src/index.ts";
import { adapterName, dateText } from "../src/report/numbers.ts";
import { bulletList, nothingReached, pageHtml, runFacts } from "../src/report/page.ts";
import { html } from "../src/report/markup.ts";
import type { BenchResult } from "./result.ts";
import { entriesOf } from "./suites.ts";

export function reportHtml(result: BenchResult): string {
  const sections = entriesOf(result.results).flatMap(({ suite, value }) => suite.report(value) ?? []);
  return pageHtml({
    title: `actigrad bench, ${adapterName(result.adapter)}, ${dateText(result.date)}`,
    heading: "actigrad bench",
    about: "What each activation costs, and what a network learns with it.",
    facts: runFacts(result),
    warnings: warnings(result),
    body: [
      ...(sections.length === 0 ? [nothingReached] : sections),
      html`<h2>How it was measured</h2>`,
      bulletList(method(result)),
    ],
  });
}

/** What a reader must know before any figure: incomplete, quick, software. */
export function warnings(of: {
  readonly complete: boolean;
  readonly options: { readonly quick: boolean };
  readonly adapter: AdapterInfo;
}): string[] {
  const { complete, options, adapter } = of;
  const found: string[] = [];
  if (!complete) found.push("Incomplete: the run was stopped. Only figures measured before that are shown.");
  if (options.quick) found.push("Quick run: few rounds and few steps, for a first look, not for comparing.");
  if (adapter.software) {
    found.push(
      "Software adapter: it computes on the CPU. The figures compare activations with each other on this " +
        "processor; they say nothing about GPU speed.",
    );
  }
  return found;
}

function method({ results, adapter }: BenchResult): string[] {
  const items = entriesOf(results).flatMap(({ suite, value }) => suite.method(value));
  if (adapter.software)
    items.push("The adapter computes on the CPU, so all times depend on what else the CPU was doing.");
  return [...items, "The JSON file beside this report holds the raw samples and every step's loss."];
}
