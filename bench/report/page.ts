/** The report: one HTML file that needs nothing else, no script, no network. */
import { adapterName, duration, formatDate, warnings } from "../format.ts";
import type { BenchResult, KernelResult, TrainingResult } from "../result.ts";
import { kernelTable, reached, trainingTable, type Table } from "../tables.ts";
import { kernelChart, testChart } from "./charts.ts";
import { lossCurves } from "./curves.ts";
import { Markup, html } from "./markup.ts";
import { howMeasured } from "./method.ts";
import { style } from "./style.ts";

export function reportHtml(result: BenchResult): string {
  const { host, date } = result;
  const { kernels, training } = reached(result);
  const adapter = adapterName(result);
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
          ${warnings(result).map((text) => html`<p class="warning">${text}</p>`)}
          ${kernels.length > 0 ? html`<h2>Kernels</h2>` : undefined} ${kernels.map(kernelSection)}
          ${training === undefined ? undefined : trainingSection(training)}
          ${kernels.length === 0 && training === undefined ? html`<p>Nothing was reached before it was stopped.</p>` : undefined}
          <h2>How it was measured</h2>
          ${howMeasured(result)}
        </main>
      </body>
    </html> `;
  return page.text;
}

function tableHtml({ title, heading, rows, notes }: Table): Markup {
  return html` <div class="wide" tabindex="0" role="region" aria-label="${title}">
      <table>
        <thead>
          <tr>
            ${heading.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (cells) =>
              html` <tr>
                ${cells.map(({ text, best }, i) => {
                  if (i === 0) return html`<th scope="row">${text}</th>`;
                  return best === true ? html`<td class="best">${text}</td>` : html`<td>${text}</td>`;
                })}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="notes">${notes.join(" ")}</p>`;
}

function kernelSection(kernel: KernelResult): Markup {
  const { copy } = kernel;
  const table = kernelTable(kernel);
  return html` <h3>${table.title.replace("Kernels, ", "")}</h3>
    ${copy === undefined ? undefined : kernelChart(kernel, copy)} ${tableHtml(table)}`;
}

function trainingSection(training: TrainingResult): Markup {
  const table = trainingTable(training);
  return html` <h2>${table.title}</h2>
    ${testChart(training)} ${lossCurves(training)} ${tableHtml(table)}`;
}
