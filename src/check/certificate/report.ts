/** The certificate's report. */
import { type Markup, html } from "../../report/markup.ts";
import { adapterName, dateText, whole } from "../../report/numbers.ts";
import { bulletList, nothingReached, pageHtml, runFacts } from "../../report/page.ts";
import { tableSection } from "../../report/table.ts";
import { errorCurves, errorDots, type Side } from "./charts.ts";
import type { CertificateResult } from "./result.ts";
import { ourTable, samplesTable, textbookTable } from "./table.ts";
import { closingLines } from "./verdict.ts";

export function reportHtml(result: CertificateResult): string {
  const { cases, points } = result;
  const usual = cases.filter(({ id, activation, missed }) => id === activation || missed.length > 0);
  const charts = (side: Side): Markup[] => [errorDots(usual, side), errorCurves(usual, side) ?? []].flat();
  const tables = [ourTable(cases), textbookTable(cases) ?? [], samplesTable(cases)].flat();
  return pageHtml({
    title: `actigrad certificate, ${adapterName(result.adapter)}, ${dateText(result.date)}`,
    heading: "actigrad certificate",
    about: "How exact activations and their derivatives are on this adapter.",
    facts: [
      ...runFacts(result),
      ["Points", `${whole(points.core)} within |x| ≤ 10, ${whole(points.whole)} over all of float32`],
    ],
    warnings: warnings(result),
    body: [
      verdict(result),
      ...(cases.length === 0
        ? [nothingReached]
        : [
            html`<h2>The function</h2>`,
            ...charts("f"),
            html`<h2>Its derivative, as training computes it</h2>`,
            ...charts("slope"),
            ...tables.map((table) => tableSection(table)),
          ]),
      html`<h2>How it was measured</h2>`,
      bulletList(method(result)),
    ],
  });
}

function warnings({ complete, quick, divisionUlp }: CertificateResult): string[] {
  return [
    ...(complete ? [] : ["Incomplete: the run was stopped. Only activations checked before that are shown."]),
    ...(quick ? ["Quick run: a sixteenth of the points. A full run may find somewhat larger errors."] : []),
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

function method({ points, divisionUlp }: CertificateResult): string[] {
  return [
    "Each function runs through the engine's own kernels: a graph of the activation and its reverse-mode gradient, " +
      "planned, fused and run as in training. The textbook form runs the same way. Every value is compared with the " +
      "record's float64 function, written independently of the kernels.",
    "An ulp is the distance between neighbouring float32 numbers at the true value; rounding alone costs half of one. " +
      "Results that are off by no more than a flushed denormal (2⁻¹²⁴) count as exact.",
    `Of the ${whole(points.core)} points within |x| ≤ 10, half lie in the cells of an even grid, three eighths have random ` +
      "bits, equally many per octave from 2⁻¹⁶ up, and one eighth is smaller still. Kinks and their neighbours are included. " +
      `The ${whole(points.whole)} points over all of float32 cover every exponent, denormals and both signs.`,
    "Goals: f within 4 ulp (gelu and serf 8); functions built on erf (phish, laplace, smu, erfact, pserf, derf) 8, their f' 16. " +
      "Records that state a condition (rational functions, splines, near zero crossings) are measured in ulp of that. Otherwise f' within 8 ulp where |f'| ≥ 1/8 or x is more than 1/4 from a zero of f', " +
      "and within 2⁻²² absolute elsewhere. If division is not correctly rounded, goals in ulp are 2.5 wider: x / y was off " +
      `by ${divisionUlp.toFixed(3)} ulp at most here; 0.5 is the least possible.`,
    "WebNN's bounds come from its conformance tests for float32 (web-platform-tests, webnn/resources/utils.js). They " +
      "count whole steps from the nearest float32, and say nothing of derivatives.",
  ];
}
