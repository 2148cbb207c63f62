/** The report: one HTML file that needs nothing else, no script, no network. */
import { adapterName, duration, formatDate, warnings } from "../src/report/format.ts";
import type { BenchResult } from "./result.ts";
import { entriesOf } from "./suites.ts";
import { Markup, html } from "../src/report/markup.ts";
import { style } from "../src/report/style.ts";

export function reportHtml(result: BenchResult): string {
  const { host, date } = result;
  const sections = entriesOf(result.results).flatMap(({ suite, value }) => suite.report(value) ?? []);
  const adapter = adapterName(result.adapter);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>actigrad bench, ${adapter}, ${formatDate(date)}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <main>
          <h1>actigrad bench</h1>
          <p class="soft">What each activation costs, and what a network learns with it.</p>
          <dl>
            <dt>Adapter</dt>
            <dd>${adapter}${result.adapter.software ? " (software)" : ""}</dd>
            <dt>Ran in</dt>
            <dd>${host}</dd>
            <dt>Date</dt>
            <dd>${formatDate(date)}, took ${duration(result.seconds)}</dd>
          </dl>
          ${warnings(result).map((text) => html`<p class="warning">${text}</p>`)} ${sections}
          ${sections.length === 0 ? html`<p>Nothing was reached before it was stopped.</p>` : undefined}
          <h2>How it was measured</h2>
          ${howMeasured(result)}
        </main>
      </body>
    </html> `;
  return page.text;
}

function howMeasured({ results, adapter }: BenchResult): Markup {
  const items = entriesOf(results).flatMap(({ suite, value }) => suite.method(value));
  if (adapter.software)
    items.push("The adapter computes on the CPU: all times depend on what else it had to do.");
  items.push("The JSON file beside this report holds the raw samples and every step's loss.");
  return html`<ul>
    ${items.map((text) => html`<li>${text}</li>`)}
  </ul>`;
}
