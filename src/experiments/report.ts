/** The report: one HTML file that needs nothing else, no script, no network. English, with the statements in Korean too. */
import { adapterName, duration, formatDate } from "../../bench/format.ts";
import { Markup, html } from "../../bench/report/markup.ts";
import { style } from "../../bench/report/style.ts";
import { tableHtml } from "../../bench/report/table.ts";
import { chapterNames, chapters } from "./chapters.ts";
import { drawFigure, figureStyle } from "./draw/index.ts";
import type { Experiment } from "./experiment.ts";
import { judge, type Judged } from "./judge.ts";
import type { ExperimentsFile, RowResult } from "./result.ts";
import { setupText, showGate, showReference, showResult } from "./show.ts";

/** Beside the bench report's stylesheet. */
const own = `
:root { --good: #13713c; --bad: #b3261e; --half: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --good: #67d391; --bad: #ff8f84; --half: #ffc56b; } }
.answer { font-weight: 700; } .answer.holds { color: var(--good); } .answer.fails { color: var(--bad); } .answer.condition { color: var(--half); }
.statement { border-left: 4px solid var(--line); padding-left: .8rem; font-style: italic; }
article { margin: 2rem 0 3rem; } article h3 { font-size: 1.1rem; }
nav ol { columns: 2; font-size: .9rem; } @media (max-width: 40rem) { nav ol { columns: 1; } }
`;

const answers = {
  holds: "Holds",
  condition: "Holds with a condition",
  fails: "Does not hold as stated",
  undecided: "Undecided",
} as const;

/** @param experiments those that were asked for, in their order */
export function reportHtml(file: ExperimentsFile, experiments: readonly Experiment[]): string {
  const rows = new Map(file.rows.map((row) => [row.name, row]));
  const done = experiments.flatMap((experiment) => {
    const row = rows.get(experiment.name);
    return row === undefined ? [] : [{ experiment, row, judged: judge(experiment, row) }];
  });
  const first = done[0]?.row;
  const parts = chapterNames.flatMap((chapter) => {
    const own = done.filter(({ experiment }) => experiment.chapter === chapter);
    return own.length === 0 ? [] : [html`<h2>${chapters[chapter].en}</h2>`, ...own.map(section)];
  });
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>actigrad experiments</title>
        <style>
          ${new Markup(style)}${new Markup(own)}${new Markup(figureStyle)}
        </style>
      </head>
      <body>
        <main>
          <h1>What is true of activation functions?</h1>
          <p class="soft">
            Statements that teaching material makes, each as an experiment that can fail, run by actigrad.
          </p>
          ${
            first === undefined
              ? html`<p>Nothing was reached before it was stopped.</p>`
              : about(
                  file,
                  first,
                  done.map((d) => d.row),
                )
          }
          <nav>
            <ol>
              ${done.map(
                ({ experiment, judged }) =>
                  html`<li>
                    <a href="#${experiment.name}">${experiment.title.en}</a>:
                    <span class="answer ${judged.verdict.answer}">${answers[judged.verdict.answer]}</span>
                  </li>`,
              )}
            </ol>
          </nav>
          ${parts}
        </main>
      </body>
    </html> `;
  return page.text;
}

function about(
  { host, complete }: ExperimentsFile,
  { adapter }: RowResult,
  rows: readonly RowResult[],
): Markup {
  const images = rows.find((row) => row.images !== undefined)?.images;
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  return html`<dl>
      <dt>Adapter</dt>
      <dd>${adapterName(adapter)}${adapter.software ? " (software: it computes on the CPU)" : ""}</dd>
      <dt>Ran in</dt>
      <dd>${host}</dd>
      <dt>Date</dt>
      <dd>${formatDate(rows.at(-1)!.date)}, took ${duration(seconds)}</dd>
      ${
        images === undefined
          ? undefined
          : html`<dt>Images</dt>
              <dd>${images}</dd>`
      }
    </dl>
    ${complete ? undefined : html`<p class="warning">Incomplete: it was stopped; these had been reached.</p>`}
    ${rows.some((row) => row.quick) ? html`<p class="warning">Quick: smaller set-ups, which may stay undecided.</p>` : undefined}
    ${
      images === "mnist"
        ? html`<p class="warning">
            The images are MNIST's: the reference figures, which are Fashion-MNIST's, do not apply to these.
          </p>`
        : undefined
    }`;
}

function section({
  experiment,
  row,
  judged,
}: {
  experiment: Experiment;
  row: RowResult;
  judged: Judged;
}): Markup {
  const { name, title, statement, method, notes = [] } = experiment;
  const { answer, text } = judged.verdict;
  return html`<article id="${name}">
    <h3>${title.en}</h3>
    <p class="statement">${statement.en}<br /><span lang="ko">${statement.ko}</span></p>
    <p><span class="answer ${answer}">${answers[answer]}.</span> ${text.en}</p>
    ${drawFigure(experiment.figure(row.data), "en")}
    ${tableHtml({
      title: title.en,
      heading: ["figure", "median [min, max]", "reference", "gate", ""],
      rows: judged.metrics.map((one) =>
        [
          one.metric.label.en,
          showResult(one),
          showReference(one.metric) + (one.near === false ? " (outside)" : ""),
          showGate(one.metric.gate, one.metric.notation),
          one.gate === "none" ? "" : one.gate === "fail" ? "FAIL" : one.gate,
        ].map((text) => ({ text })),
      ),
      notes: [],
    })}
    <p class="soft">
      ${method.en} ${setupText(row.setup)}; ${row.seeds.length} ${row.seeds.length === 1 ? "seed" : "seeds"},
      ${duration(row.seconds)}.
    </p>
    ${notes.map((note) => html`<p class="soft">${note.en}</p>`)}
  </article>`;
}
