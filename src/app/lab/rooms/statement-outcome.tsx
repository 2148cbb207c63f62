import { toJsonText } from "../../../core/json.ts";
import { adapterName } from "../../../report/numbers.ts";
import { drawFigure } from "../../../report/figure/index.ts";
import { figureValues } from "../../../report/figure/values.ts";
import { imagesNote, labels } from "../../../experiments/labels.ts";
import { metricCells } from "../../../experiments/show.ts";
import { FORMAT, type ExperimentsFile, type ExperimentResult } from "../../../experiments/result.ts";
import { download } from "../data/exports.ts";
import { hostName } from "../page/host.ts";
import { useDuration, useWords } from "../page/context.ts";
import { useMedia } from "../page/media.ts";
import type { StatementResult } from "../worker/protocol.ts";
import { Mark } from "./course-nav.tsx";
import { useLanguage } from "./language.ts";

/** Width of a figure's panels on a phone. */
const NARROW = 320;

/** A statement's result: the verdict, the figure, and the table of metrics with the reference. */
export function StatementOutcome({
  result: { row, judged, figure },
  usual,
}: {
  result: StatementResult;
  /** The result of the original set-up, if it was tried, to compare a visitor's own with. */
  usual: StatementResult | undefined;
}) {
  const { statements: words } = useWords();
  const inWords = useDuration();
  const language = useLanguage();
  const own = labels[language];
  const narrow = useMedia("(max-width: 36rem)");
  const { answer, text } = judged.verdict;
  const isOwn = row.set !== undefined;
  const cells = judged.metrics.map((metric) => metricCells(metric, language));
  const alike = usual?.row.quick === row.quick && usual.row.images === row.images;
  const before = alike ? usual.judged.metrics.map((metric) => metricCells(metric, language)[1]) : [];
  const note = imagesNote(row.images, language);
  const about = [
    adapterName(row.adapter),
    row.date.slice(0, 10),
    own.seeds(row.seeds.length),
    row.quick ? words.wasQuick : "",
    row.images ?? "",
    words.took(inWords(row.seconds)),
  ];
  return (
    <>
      <p id="verdict" class="verdict" data-answer={isOwn ? "own" : answer}>
        {isOwn ? (
          <strong>{own.drag.own}.</strong>
        ) : (
          <span class={`answer ${answer}`}>
            <Mark answer={answer} /> {own.answers[answer]}.
          </span>
        )}{" "}
        {text[language]}
      </p>
      {/* SVG and words that the experiment's own code made, everything else in it escaped. */}
      <div
        class="drawn"
        dangerouslySetInnerHTML={{ __html: drawFigure(figure, language, narrow ? NARROW : undefined).text }}
      />
      <details>
        <summary>{words.values}</summary>
        {figureValues(figure, language).map(({ title, heading, rows }, i) => (
          <Values key={i} title={title} heading={heading} rows={rows} />
        ))}
      </details>
      <Values
        id="metrics"
        title={isOwn ? own.drag.figures : words.figures}
        heading={isOwn ? [own.heading[0], own.drag.own, own.drag.usual] : own.heading}
        rows={isOwn ? cells.map(([label = "", came = ""], i) => [label, came, before[i] ?? "–"]) : cells}
      />
      <p class="hint">{about.filter(Boolean).join(" · ")}</p>
      <button
        type="button"
        id="statement-json"
        onClick={() =>
          download(`${row.name}.json`, toJsonText(fileOf(row), { digits: 7 }), "application/json")
        }
      >
        {words.json}
      </button>
      {note !== undefined && (
        <p id="images-note" class="hint">
          {note}
        </p>
      )}
    </>
  );
}

/** Fewest columns at which a phone stacks a table's cells. */
const STACKED = 3;

/** A cell's text, which breaks before a range and at a comma, but not within numbers and ranges. */
const unbroken = (cell: string) =>
  cell.split(/(?<=^[^[]*,) | (?=[[(])/).map((part, i) => [
    i > 0 ? " " : "",
    <span key={i} class="unbroken">
      {part}
    </span>,
  ]);

function Values({
  id,
  title,
  heading,
  rows,
}: {
  id?: string;
  title: string;
  heading: readonly string[];
  rows: readonly (readonly string[])[];
}) {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={title}>
      <table id={id} class={heading.length > STACKED ? "stacked" : undefined}>
        <caption>{title}</caption>
        <thead>
          <tr>
            {heading.map((name, i) =>
              name === "" ? (
                <td key={i} />
              ) : (
                <th key={i} scope="col">
                  {name}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells], i) => (
            <tr key={i}>
              <th scope="row">{name}</th>
              {cells.map((cell, k) => (
                <td key={k} data-heading={heading[k + 1]}>
                  <div>{unbroken(cell)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The file that the command line's `--json` writes and continues. */
const fileOf = (row: ExperimentResult): ExperimentsFile => ({
  format: FORMAT,
  host: hostName(),
  complete: true,
  rows: [row],
});
