/** The report: one HTML file that needs nothing else, no script, no network. */
import { adapterName, duration, formatDate } from "../report/format.ts";
import { Markup, html } from "../report/markup.ts";
import { style } from "../report/style.ts";
import { tableHtml } from "../report/table.ts";
import { chapterNames, chapters } from "./chapters.ts";
import { drawFigure, figureStyle } from "../report/figure/index.ts";
import type { Language } from "../core/text.ts";
import type { Experiment } from "./experiment.ts";
import { judge, type Judged } from "./judge.ts";
import type { ExperimentsFile, RowResult } from "./result.ts";
import { labels } from "./labels.ts";
import { metricCells, setupText } from "./show.ts";

/** Beside the bench report's stylesheet. */
const ownStyle = `
:root { --good: #13713c; --bad: #b3261e; --half: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --good: #67d391; --bad: #ff8f84; --half: #ffc56b; } }
.answer { font-weight: 700; } .answer.holds { color: var(--good); } .answer.fails { color: var(--bad); } .answer.condition { color: var(--half); }
.statement { border-left: 4px solid var(--line); padding-left: .8rem; font-style: italic; }
article { margin: 2rem 0 3rem; } article h3 { font-size: 1.1rem; }
.statement:lang(ko) { font-style: normal; }
article table th[scope="row"] { white-space: normal; min-width: 12rem; }
nav ol { columns: 2; column-gap: 3rem; font-size: .9rem; } @media (max-width: 40rem) { nav ol { columns: 1; } }
`;

/** The report's own words; those around each experiment are `labels`. */
const words = {
  en: {
    title: "What is true of activation functions?",
    about: "Statements that teaching material makes, each as an experiment that can fail, run by actigrad.",
    nothing: "Nothing was reached before it was stopped.",
    adapter: "Adapter",
    software: "software: it computes on the CPU",
    host: "Ran in",
    date: "Date",
    took: (date: string, time: string) => `${date}, took ${time}`,
    images: "Images",
    incomplete: "Incomplete: it was stopped; these had been reached.",
    quick: "Quick: smaller set-ups, which may stay undecided.",
  },
  ko: {
    title: "활성화 함수에 관한 말, 무엇이 맞을까?",
    about: "교재에 나오는 명제마다 틀릴 수도 있는 실험을 하나씩 만들어 actigrad로 실행했다.",
    nothing: "중지하기 전에 끝난 실험이 없다.",
    adapter: "어댑터",
    software: "소프트웨어: CPU로 계산한다",
    host: "실행 환경",
    date: "날짜",
    took: (date: string, time: string) => `${date}, ${time} 걸림`,
    images: "이미지",
    incomplete: "미완성: 도중에 중지되어 끝난 실험만 담았다.",
    quick: "빠른 실행: 설정을 줄였으므로 판정하지 못할 수 있다.",
  },
} as const;

/** @param experiments those that were asked for, in their order */
export function reportHtml(
  file: ExperimentsFile,
  experiments: readonly Experiment[],
  language: Language = "en",
): string {
  const own = words[language];
  const { answers } = labels[language];
  const rows = new Map(file.rows.map((row) => [row.name, row]));
  const done = experiments.flatMap((experiment) => {
    const row = rows.get(experiment.name);
    return row === undefined ? [] : [{ experiment, row, judged: judge(experiment, row) }];
  });
  const first = done[0]?.row;
  const parts = chapterNames.flatMap((chapter) => {
    const those = done.filter(({ experiment }) => experiment.chapter === chapter);
    const sections = those.map((one) => section(one, language));
    return those.length === 0 ? [] : [html`<h2>${chapters[chapter][language]}</h2>`, ...sections];
  });
  const page = html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>actigrad experiments</title>
        <style>
          ${new Markup(style)}${new Markup(ownStyle)}${new Markup(figureStyle)}
        </style>
      </head>
      <body>
        <main>
          <h1>${own.title}</h1>
          <p class="soft">${own.about}</p>
          ${
            first === undefined
              ? html`<p>${own.nothing}</p>`
              : about(
                  file,
                  first,
                  done.map((d) => d.row),
                  language,
                )
          }
          <nav>
            <ol>
              ${done.map(
                ({ experiment, judged }) =>
                  html`<li>
                    <a href="#${experiment.name}">${experiment.title[language]}</a>:
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
  language: Language,
): Markup {
  const own = words[language];
  const images = rows.find((row) => row.images !== undefined)?.images;
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  return html`<dl>
      <dt>${own.adapter}</dt>
      <dd>${adapterName(adapter)}${adapter.software ? ` (${own.software})` : ""}</dd>
      <dt>${own.host}</dt>
      <dd>${host}</dd>
      <dt>${own.date}</dt>
      <dd>${own.took(formatDate(rows.at(-1)!.date), duration(seconds))}</dd>
      ${
        images === undefined
          ? undefined
          : html`<dt>${own.images}</dt>
              <dd>${images}</dd>`
      }
    </dl>
    ${complete ? undefined : html`<p class="warning">${own.incomplete}</p>`}
    ${rows.some((row) => row.quick) ? html`<p class="warning">${own.quick}</p>` : undefined}
    ${images === "mnist" ? html`<p class="warning">${labels[language].mnist}</p>` : undefined}`;
}

function section(
  {
    experiment,
    row,
    judged,
  }: { readonly experiment: Experiment; readonly row: RowResult; readonly judged: Judged },
  language: Language,
): Markup {
  const { name, title, statement, method, notes = [] } = experiment;
  const { answer, text } = judged.verdict;
  const { answers, heading, seeds } = labels[language];
  return html`<article id="${name}">
    <h3>${title[language]}</h3>
    <p class="statement">${statement[language]}</p>
    <p><span class="answer ${answer}">${answers[answer]}.</span> ${text[language]}</p>
    ${drawFigure(experiment.figure(row.data), language)}
    ${tableHtml({
      title: title[language],
      heading,
      rows: judged.metrics.map((metric) => metricCells(metric, language).map((text) => ({ text }))),
      notes: [],
    })}
    <p class="soft">
      ${method[language]} ${setupText(row.setup)}; ${seeds(row.seeds.length)}, ${duration(row.seconds)}.
    </p>
    ${notes.map((note) => html`<p class="soft">${note[language]}</p>`)}
  </article>`;
}
