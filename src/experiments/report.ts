/** The experiments' report. */
import type { Language } from "../core/text.ts";
import { drawFigure } from "../report/figure/index.ts";
import { type Markup, html } from "../report/markup.ts";
import { duration } from "../report/numbers.ts";
import { type Fact, pageHtml, runFacts } from "../report/page.ts";
import { tableHtml } from "../report/table.ts";
import { chapterNames, chapters } from "./chapters.ts";
import type { Experiment } from "./experiment.ts";
import { setupLook, filled } from "./fill.ts";
import { figureOf, judge, type Judged } from "./judge.ts";
import { imagesNote, labels } from "./labels.ts";
import type { ExperimentsFile, ExperimentResult } from "./result.ts";
import { metricCells, setupText } from "./show.ts";

/** The report's own words; those for each experiment are in `labels`. */
const words = {
  en: {
    title: "What is true of activation functions?",
    about:
      "What teaching material says about activation functions, each statement as an experiment that can fail, run by actigrad.",
    nothing: "The run was stopped before any experiment finished.",
    adapter: "Adapter",
    software: "software (runs on the CPU)",
    host: "Host",
    date: "Date",
    took: (date: string, time: string) => `${date}, took ${time}`,
    images: "Images",
    incomplete: "Incomplete: the run was stopped; these experiments had finished.",
    quick: "Quick run: smaller set-ups, which may stay undecided.",
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

/** @param experiments the selected experiments, in order */
export function reportHtml(
  file: ExperimentsFile,
  experiments: readonly Experiment[],
  language: Language = "en",
): string {
  const own = words[language];
  const rows = new Map(file.rows.map((row) => [row.name, row]));
  const done = experiments.flatMap((experiment) => {
    const row = rows.get(experiment.name);
    return row === undefined ? [] : [{ experiment, row, judged: judge(experiment, row) }];
  });
  const ran = done.map(({ row }) => row);
  const index = html`<nav>
    <ol>
      ${done.map(
        ({ experiment, row, judged }) =>
          html`<li>
            <a href="#${experiment.name}">${experiment.title[language]}</a>:
            ${answerText(row, judged, language)}
          </li>`,
      )}
    </ol>
  </nav>`;
  const parts = chapterNames.flatMap((chapter) => {
    const those = done.filter(({ experiment }) => experiment.chapter === chapter);
    const sections = those.map((one) => section(one, language));
    return those.length === 0 ? [] : [html`<h2>${chapters[chapter][language]}</h2>`, ...sections];
  });
  return pageHtml({
    language,
    title: "actigrad experiments",
    heading: own.title,
    about: own.about,
    facts: factsOf(file, ran, language),
    warnings: warnings(file, ran, language),
    body: ran.length === 0 ? [html`<p>${own.nothing}</p>`] : [index, ...parts],
  });
}

const imagesOf = (rows: readonly ExperimentResult[]): ExperimentResult["images"] =>
  rows.find((row) => row.images !== undefined)?.images;

function factsOf({ host }: ExperimentsFile, rows: readonly ExperimentResult[], language: Language): Fact[] {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return [];
  const own = words[language];
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  const images = imagesOf(rows);
  return [
    ...runFacts({ adapter: first.adapter, host, date: last.date, seconds }, own),
    ...(images === undefined ? [] : [[own.images, images] as const]),
  ];
}

function warnings(
  { complete }: ExperimentsFile,
  rows: readonly ExperimentResult[],
  language: Language,
): string[] {
  if (rows.length === 0) return [];
  const own = words[language];
  const note = imagesNote(imagesOf(rows), language);
  return [
    ...(complete ? [] : [own.incomplete]),
    ...(rows.some((row) => row.quick) ? [own.quick] : []),
    ...(note === undefined ? [] : [note]),
  ];
}

/** The stylesheet's tone for each answer. */
const tones = { holds: "good", condition: "half", fails: "bad", undecided: "" } as const;

function answerText({ set }: ExperimentResult, { verdict: { answer } }: Judged, language: Language): Markup {
  const { answers, drag } = labels[language];
  const text = set === undefined ? answers[answer] : drag.own;
  return html`<span class="answer ${tones[answer]}">${text}</span>`;
}

function section(
  {
    experiment,
    row,
    judged,
  }: { readonly experiment: Experiment; readonly row: ExperimentResult; readonly judged: Judged },
  language: Language,
): Markup {
  const { name, title, statement } = experiment;
  const { method, notes = [] } = filled(
    { method: experiment.method, notes: experiment.notes },
    setupLook(row.setup, row.seeds.length),
  );
  const { text } = judged.verdict;
  const { heading, seeds } = labels[language];
  return html`<article id="${name}">
    <h3>${title[language]}</h3>
    <p class="statement">${statement[language]}</p>
    <p>${answerText(row, judged, language)}. ${text[language]}</p>
    ${drawFigure(figureOf(experiment, row), language)}
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
