/** The certificate as one HTML file that needs nothing else, no script, no network. */
import { adapterName, duration, formatDate, whole } from "../../../report/format.ts";
import { html, Markup } from "../../../report/markup.ts";
import { style } from "../../../report/style.ts";
import type { CertificateResult } from "../result.ts";
import { type Table, ourTable, samplesTable, textbookTable } from "../table.ts";
import { closingLines } from "../verdict.ts";
import { errorCurves } from "./curves.ts";
import { dotChart } from "./dots.ts";

/** Beside the bench report's stylesheet. */
const own = `
:root { --good: #13713c; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --good: #67d391; --bad: #ff8f84; } }
.verdict { border-left: 4px solid var(--good); background: var(--panel); padding: .5rem .9rem; border-radius: 0 6px 6px 0; }
.verdict.bad { border-color: var(--bad); } .verdict p:first-child { font-weight: 600; }
.good { color: var(--good); } td.bad, li.bad { color: var(--bad); font-weight: 600; }
.goal { stroke: var(--soft); stroke-dasharray: 3 3; } .bound { stroke: var(--text); stroke-width: 2; }
.way { stroke: var(--grey); stroke-width: 1.5; }
.swatch.goal { width: 0; height: .9rem; border-left: 2px dashed var(--soft); border-radius: 0; vertical-align: -.1rem; }
.swatch.bound { width: 2px; height: .9rem; background: var(--text); border-radius: 0; vertical-align: -.1rem; }
.bars .value.pair { grid-template-columns: 3rem 4.6rem; }
.line { fill: none; stroke-width: 1.75; } .line.a { stroke: var(--a); } .line.b { stroke: var(--b); }
.wide th, .wide td { padding: .25rem .5rem; }
@media (max-width: 40rem) { .bars .value.pair { grid-template-columns: 2.2rem 3.9rem; font-size: .75rem; }
  .tick1 { display: none; } .bars { column-gap: .4rem; font-size: .75rem; } }
`;

export function reportHtml(result: CertificateResult): string {
  const { host, date, cases } = result;
  const adapter = adapterName(result.adapter);
  const usual = cases.filter(({ id, activation, missed }) => id === activation || missed.length > 0);
  const tables = [ourTable(cases), textbookTable(cases) ?? [], samplesTable(cases)].flat();
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>actigrad certificate, ${adapter}, ${formatDate(date)}</title>
        <style>
          ${new Markup(style)}${new Markup(own)}
        </style>
      </head>
      <body>
        <main>
          <h1>actigrad certificate</h1>
          <p class="soft">How exact activations and their derivatives are on this adapter.</p>
          <dl>
            <dt>Adapter</dt>
            <dd>${adapter}${result.adapter.software ? " (software)" : ""}</dd>
            <dt>Ran in</dt>
            <dd>${host}</dd>
            <dt>Date</dt>
            <dd>${formatDate(date)}, took ${duration(result.seconds)}</dd>
            <dt>Points</dt>
            <dd>
              ${whole(result.points.core)} within |x| ≤ 10, ${whole(result.points.whole)} over all of float32
            </dd>
          </dl>
          ${warnings(result).map((text) => html`<p class="warning">${text}</p>`)} ${verdict(result)}
          ${
            cases.length === 0
              ? html`<p>Nothing was reached before it was stopped.</p>`
              : html`<h2>The function</h2>
                  ${dotChart(usual, "f")} ${errorCurves(usual, "f")}
                  <h2>Its derivative, as training computes it</h2>
                  ${dotChart(usual, "slope")} ${errorCurves(usual, "slope")} ${tables.map(section)}`
          }
          <h2>How it was measured</h2>
          ${howMeasured(result)}
        </main>
      </body>
    </html> `;
  return page.text;
}

/** What a reader must know before any figure. */
function warnings({ complete, quick, divisionUlp }: CertificateResult): string[] {
  return [
    ...(complete ? [] : ["Incomplete: it was stopped; these are the activations that had been reached."]),
    ...(quick
      ? ["Quick: a sixteenth of the points. Largest errors may be somewhat larger in a whole run."]
      : []),
    ...(divisionUlp > 0.5
      ? [`Division is off by up to ${divisionUlp.toFixed(2)} ulp on this adapter: goals are 2.5 ulp wider.`]
      : []),
  ];
}

function verdict(result: CertificateResult): Markup {
  const missed = result.cases.flatMap(({ id, missed }) => missed.map((miss) => `${id}: ${miss}`));
  return html`<div class="verdict${missed.length > 0 || !result.complete ? " bad" : ""}">
    ${closingLines(result).map((line) => html`<p>${line}.</p>`)}
    ${
      missed.length === 0
        ? undefined
        : html`<ul>
            ${missed.map((miss) => html`<li class="bad">${miss}</li>`)}
          </ul>`
    }
  </div>`;
}

function section({ title, columns, rows, notes }: Table): Markup {
  return html` <h2>${title}</h2>
    <div class="wide" tabindex="0" role="region" aria-label="${title}">
      <table>
        <thead>
          <tr>
            ${columns.map(({ name }) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (cells) =>
              html` <tr>
                ${cells.map(({ text, tone = "" }, i) =>
                  i === 0 ? html`<th scope="row">${text}</th>` : html`<td class="${tone}">${text}</td>`,
                )}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${notes.map((note) => html`<p class="notes">${note}</p>`)}`;
}

function howMeasured({ points, divisionUlp }: CertificateResult): Markup {
  const items = [
    "Each function runs through the engine's own kernels: a graph of the activation and its gradient by reverse sweep, " +
      "planned, fused and run as in training. The textbook form takes the same way. Every value is compared with the " +
      "record's float64 function, which is written independently of the kernels.",
    "An ulp is the distance between neighbouring float32 numbers at the true value; rounding alone costs half of one. " +
      "Results that are off by no more than a flushed denormal (2⁻¹²⁴) count as exact.",
    `Of the ${whole(points.core)} points within |x| ≤ 10 half lie in the cells of an even grid, three eighths have random ` +
      "bits, as many in each octave from 2⁻¹⁶ up, one eighth is smaller still; kinks and their neighbours are among them. " +
      `The ${whole(points.whole)} points over all of float32 take in every exponent, denormals and both signs.`,
    "Goals: f within 4 ulp (gelu and serf 8); f' within 8 ulp where |f'| ≥ 1/8 or x is more than 1/4 from a zero of f', " +
      "elsewhere within 2⁻²² absolute. Quotients that are not correctly rounded widen goals in ulp by 2.5: x / y was off " +
      `by ${divisionUlp.toFixed(3)} ulp at most here, where 0.5 is the least possible.`,
    "WebNN's bounds are those of its conformance tests for float32 (web-platform-tests, webnn/resources/utils.js). They " +
      "count whole steps from the nearest float32, and say nothing of derivatives.",
  ];
  return html`<ul>
    ${items.map((text) => html`<li>${text}</li>`)}
  </ul>`;
}
