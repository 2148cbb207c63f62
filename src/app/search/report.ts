/** The report of a search, and its sentences. */
import { answerOf as contestAnswer } from "../../../bench/contest/answer.ts";
import { judge } from "../../../bench/contest/judge.ts";
import { reportOf } from "../../../bench/contest/report.ts";
import type { ContestResult } from "../../../bench/contest/result.ts";
import { findActivation, resolveParams } from "../../activations/index.ts";
import type { Activation } from "../../activations/activation.ts";
import { formula } from "../../activations/formula/index.ts";
import { drawFigure } from "../../report/figure/index.ts";
import type { Figure, Series } from "../../report/figure/figure.ts";
import { type Markup, html } from "../../report/markup.ts";
import { dateText, decimal, duration } from "../../report/numbers.ts";
import { bulletList, nothingReached, pageHtml, runFacts } from "../../report/page.ts";
import { type Table, best, cell, none, tableSection } from "../../report/table.ts";
import { REFERENCE } from "./evolution.ts";
import type { Finalist, MatchFile, SearchResult } from "./result.ts";

/** The record that a finalist is trained as. */
export const recordNamed = (activation: string): Activation =>
  /^\w+$/.test(activation) ? findActivation(activation) : formula(activation);

const text = (en: string) => ({ en, ko: en });

/** The answer first. */
export function answerOf({ finalists, members, plan, own, unseen, complete }: SearchResult): string[] {
  const first = finalists[0];
  if (first === undefined) return ["No formula finished training."];
  const { activation, formula: written, ratio } = first;
  const name = activation === written ? "" : ` (the values of ${written})`;
  const among = `Of ${members.length} formulas on ${plan.tasks.join(", ")}`;
  return [
    activation === REFERENCE
      ? `${among}, none beat ${REFERENCE}'s validation loss.`
      : `${among}, the best is ${activation}${name}: its validation loss is ${decimal(ratio)} of ${REFERENCE}'s. ` +
        "It was chosen by that number, so the number flatters it.",
    ...(own ? [`On the test rows of these tasks: ${sentenceOf(own)}`] : []),
    ...(unseen
      ? [`On ${unseen.tasks.map(({ task }) => task).join(", ")}, unseen by the search: ${sentenceOf(unseen)}`]
      : complete
        ? []
        : ["The run stopped before the unseen tasks."]),
  ];
}

const sentenceOf = (contest: ContestResult): string =>
  contestAnswer(contest, judge(contest))[0] ?? "no verdict.";

export function finalistsTable({ finalists, plan }: SearchResult): Table {
  return {
    title: "Finalists",
    heading: ["activation", "loss over relu's", "cost over relu's", "front", "round"],
    rows: finalists.map(({ activation, ratio, cost, front, round }, i) => [
      cell(activation),
      best(decimal(ratio), i === 0),
      cost === null ? none : cell(`${cost.toFixed(2)} x`),
      cell(front ? "yes" : ""),
      cell(String(round)),
    ]),
    notes: [
      `Loss: validation loss at each formula's own rate over ${REFERENCE}'s, geometric mean over ${plan.tasks.join(", ")}. ` +
        "Cost: milliseconds per step, measured in turns. Front: no other is both better and cheaper. During the search, formulas are chosen by loss " +
        "alone, ties by operation count.",
    ],
  };
}

export function reportHtml(result: SearchResult): string {
  const { plan, finalists, own, unseen, complete, seconds, rounds, adapter, host, date } = result;
  const [first, ...rest] = answerOf(result);
  const { tasks, level, population, seed } = plan;
  return pageHtml({
    title: "actigrad search",
    heading: "Search for an activation",
    about: `Formulas bred by mutation and crossover, ${population} per round, trained on ${tasks.join(", ")} at level ${level}, seed ${seed}.`,
    facts: [
      ["Rounds", `${rounds}, computed in ${duration(seconds)}`],
      ...(adapter && host ? runFacts({ adapter, host, date, seconds }).slice(0, 2) : []),
      ["Date", dateText(date)],
    ],
    warnings: complete ? [] : ["Incomplete: the run was stopped. Only finished work is shown."],
    body:
      finalists.length === 0
        ? [nothingReached]
        : [
            html`<p class="answer">${first}</p>
              ${rest.map((sentence) => html`<p>${sentence}</p>`)}`,
            tableSection(finalistsTable(result)),
            ...figures(result),
            html`<h2>The finalists as the GPU computes them</h2>
              ${finalists.map(wgslOf)}`,
            ...contestSection("On the tasks of the search, test rows", own),
            ...contestSection("On tasks unseen by the search", unseen),
            html`<h2>Every formula</h2>`,
            html`<details>
              <summary>${result.members.length} formulas</summary>
              ${bulletList(result.members.map((m) => `round ${m.round}: ${m.activation} (${lossText(m.losses)})`))}
            </details>`,
          ],
  });
}

const lossText = (losses: Finalist["losses"]): string =>
  Object.entries(losses)
    .map(([rung, loss]) => `${rung} ${Number.isFinite(loss) ? decimal(Math.exp(loss)) : "diverged"}`)
    .join(", ") || "failed";

const contestSection = (title: string, contest: ContestResult | undefined): Markup[] =>
  contest === undefined ? [] : [html`<h2>${title}</h2>`, reportOf(contest) ?? nothingReached];

function figures({ finalists, progress }: SearchResult): Markup[] {
  const measured = finalists.filter(({ cost }) => cost !== null);
  const records = finalists.map(({ activation }) => ({ activation, record: recordNamed(activation) }));
  const curves = (of: "f" | "dfdx"): Series[] =>
    records.map(({ activation, record }) => ({ name: activation, points: pointsOf(record, of, [-5, 5]) }));
  const x = { label: text("x") };
  return [
    drawFigure(
      {
        caption: text(
          "The finalists and their derivatives, with learned parameters at their starting values.",
        ),
        panels: [
          { kind: "lines", x, y: { label: text("f(x)") }, series: curves("f") },
          { kind: "lines", x, y: { label: text("f'(x)") }, series: curves("dfdx") },
        ],
      },
      "en",
    ),
    drawFigure(
      {
        caption: text("Quality against cost, both relative to relu; and the best loss after each round."),
        panels: [
          {
            kind: "points",
            x: { label: text("step time") },
            y: { label: text("validation loss") },
            groups: measured.map(({ activation, cost, ratio, front }) => ({
              name: `${activation}${front ? " (front)" : ""}`,
              points: [[cost!, ratio]],
            })),
          },
          {
            kind: "lines",
            x: { label: text("round") },
            y: { label: text("best validation loss over relu's") },
            series: [{ name: "best", points: progress.map((ratio, i) => [i + 1, ratio] as const) }],
            dots: true,
          },
        ].filter(({ kind }) => kind !== "points" || measured.length > 0) as Figure["panels"],
      },
      "en",
    ),
  ];
}

function pointsOf(
  record: Activation,
  of: "f" | "dfdx",
  [from, to]: readonly [number, number],
): Series["points"] {
  const params = resolveParams(record);
  return Array.from({ length: 161 }, (_, i) => {
    const x = from + ((to - from) * i) / 160;
    return [x, record[of](x, params)] as const;
  });
}

const wgslOf = ({ activation, wgsl: { f, dfdx, dfdp = {} } }: Finalist): Markup =>
  html`<details>
    <summary>${activation}</summary>
    <pre>
${[["f", f], ["dfdx", dfdx], ...Object.entries(dfdp).map(([name, own]) => [`df/d${name}`, own])].map(([name, own]) => `// ${name}\n${own}`).join("\n\n")}</pre>
  </details>`;

/** The report of a planted search. */
export function matchReport(result: MatchFile): string {
  const { target, range, formula: found, largest, rms, rounds, tried, seed, date } = result;
  return pageHtml({
    title: "actigrad search --match",
    heading: `A formula for ${target}`,
    about: `${found}: off by at most ${decimal(largest)} on [${range.join(", ")}], rms ${decimal(rms)}.`,
    facts: [
      ["Tried", `${tried} formulas in ${rounds} rounds, seed ${seed}`],
      ["Date", dateText(date)],
    ],
    warnings: [],
    body: [
      drawFigure(
        {
          caption: text(`${target} (dashed) and the formula found.`),
          panels: [
            {
              kind: "lines",
              x: { label: text("x") },
              y: { label: text("f(x)") },
              series: [
                { name: found, points: pointsOf(recordNamed(found), "f", range) },
                { name: target, points: pointsOf(findActivation(target), "f", range), broken: true },
              ],
            },
          ],
        },
        "en",
      ),
    ],
  });
}
