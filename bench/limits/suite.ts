import { html } from "../../src/report/markup.ts";
import { tableHtml } from "../../src/report/table.ts";
import type { Suite } from "../suite.ts";
import { measureLimits } from "../../src/measure/limits/measure.ts";
import { gaugeSpecs } from "../../src/measure/limits/gauges.ts";
import type { LimitsOptions, LimitsResult } from "../../src/measure/limits/result.ts";
import { limitsTable } from "./table.ts";

const tables = (result: LimitsResult): ReturnType<typeof limitsTable>[] =>
  [limitsTable(result)].filter(({ rows }) => rows.length > 0);

/** The adapter's own ceilings. */
export const limits: Suite<LimitsOptions, LimitsResult> = {
  help: "the adapter's own ceilings: multiply-add, copy, dispatch, submit, read-back",
  options: ({ quick }) => (quick ? { rounds: 9, sampleMs: 10 } : { rounds: 31, sampleMs: 20 }),
  prepare: (options) => ({
    expect(progress, software) {
      const count = gaugeSpecs(software).length;
      progress.add("limits check", count, 0.15);
      progress.add("limits rounds", options.rounds, (count * options.sampleMs) / 1000);
    },
    run: (gpu, { signal, progress, begin, once }) =>
      once("all", () =>
        measureLimits(gpu, options, {
          signal,
          begin,
          done: (part, seconds) => progress.advance(`limits ${part}`, 1, seconds),
        }),
      ),
  }),
  tables,
  report(result) {
    const [table] = tables(result);
    return (
      table &&
      html`<h2>${table.title}</h2>
        ${tableHtml(table)}`
    );
  },
  method: ({ rounds, sampleMs }) => [
    "Limits: multiply-add runs independent chains, with and without fma, 4 to 16 " +
      "chains; the best counts. Copies read one tensor and write another. Dispatch, submit and read-back do next to " +
      `nothing. Every result was checked first; ${rounds} rounds of samples of about ${sampleMs} ms, each round in ` +
      "a different order; the time in which the host learns of the end is subtracted. The table gives medians and quartiles.",
  ],
};
