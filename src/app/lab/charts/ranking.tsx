import { LEAST_SEEDS } from "../../../../bench/contest/judge.ts";
import type { Spread } from "../../../core/statistics.ts";
import { type Ranked, ranking } from "../data/curve-data.ts";
import { type JudgedRace, type RaceVerdict, judgeRace, standings, verdictOf } from "../data/verdict.ts";
import type { RaceResults } from "../data/results.ts";
import { usePaint, useWords } from "../page/context.ts";
import { percent, short, whole } from "./format.ts";
import { Swatch } from "./swatch.tsx";

/** One line of the table. */
interface Row extends Ranked {
  readonly verdict: RaceVerdict | undefined;
  /** Shared by those not told apart; undefined if nothing is ranked. */
  readonly place: number | undefined;
}

/** By place, then by score. */
function rowsOf(results: RaceResults, judged: JudgedRace | undefined): readonly Row[] {
  const known = judged === undefined ? undefined : standings(judged);
  const rows = ranking(results).map((row): Row => {
    const standing = known?.get(row.activation);
    const verdict =
      standing === undefined ? (row.diverged > 0 ? "diverged" : undefined) : verdictOf(standing);
    const ranked = verdict === "together" || verdict === "behind";
    return { ...row, verdict, place: ranked ? (standing?.place ?? undefined) : undefined };
  });
  const order = ({ place, verdict }: Row): number =>
    place ?? (verdict === "diverged" ? Infinity : verdict === "nothing" ? 1000 : 1);
  return rows.toSorted((a, b) => (order(a) === order(b) ? 0 : order(a) - order(b)));
}

/** The activations from best to worst: what the curves show, as a table. */
export function Ranking({ results }: { results: RaceResults }) {
  usePaint(1000);
  const words = useWords().ranking;
  const judged = judgeRace(results);
  const rows = rowsOf(results, judged);
  const { setup, facts } = results;
  const [classes, grid] = [facts.kind === "classes", setup.lr.length > 1];
  const targeted = setup.target > 0;
  const seeds = setup.replicas;
  const compared = judged?.verdict.refused === null;
  const score = classes ? percent : short;
  return (
    <section class="card" aria-labelledby="ranking-title">
      <h2 id="ranking-title">{words.title}</h2>
      <div class="scroll" tabIndex={0} role="group" aria-label={words.bounds}>
        <table id="ranking">
          <caption>{classes ? words.caption : words.captionValues}</caption>
          <thead>
            <tr>
              <th scope="col">{words.place}</th>
              <th scope="col">{words.activation}</th>
              <th scope="col">{classes ? words.accuracy : words.rmse}</th>
              <th scope="col">{words.testLoss}</th>
              <th scope="col">{words.loss}</th>
              <th scope="col">{words.verdict}</th>
              {grid && <th scope="col">{words.rate}</th>}
              {targeted && <th scope="col">{words.reached}</th>}
              <th scope="col">{words.speed}</th>
              <th scope="col">{words.rows}</th>
              <th scope="col">{words.seconds}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.runner} data-activation={row.activation}>
                <td>{row.place ?? "–"}</td>
                <th scope="row">
                  <Swatch name={row.activation} /> <span class="name">{row.activation}</span>
                  {row.diverged > 0 && <em> {words.diverged(row.diverged)}</em>}
                </th>
                <Cell value={row.score} format={score} />
                <Cell value={row.testLoss} format={short} />
                <Cell value={row.loss} format={short} />
                <td data-verdict={row.verdict ?? "open"}>
                  {row.verdict === undefined ? words.open : words.verdicts[row.verdict]}
                </td>
                {grid && (
                  <td data-edge={row.edge}>
                    {row.rate}
                    {row.edge !== null && <small> {words.edges[row.edge]}</small>}
                  </td>
                )}
                {targeted && <td>{row.reachedAt ?? "–"}</td>}
                <td>{row.stepsPerSecond > 0 ? whole(row.stepsPerSecond) : "–"}</td>
                <td>{row.rowsPerSecond > 0 ? whole(row.rowsPerSecond) : "–"}</td>
                <td>{row.seconds.toFixed(1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="hint" id="judged-by">
        {classes
          ? words.judgedBy(whole(facts.testRows), `${short(100 / facts.testRows)} %`, percent(facts.chance))
          : words.judgedByValues(whole(facts.testRows), short(facts.chance))}
        {grid && ` ${words.chosenBy(whole(facts.validationRows))}`}
      </p>
      {compared && <p class="hint">{words.apart(seeds)}</p>}
      {seeds < LEAST_SEEDS && rows.length > 1 && <p class="hint">{words.fewSeeds(LEAST_SEEDS)}</p>}
    </section>
  );
}

/** The median, and below it the minimum and maximum over the seeds. */
function Cell({ value, format }: { value: Spread | undefined; format: (n: number) => string }) {
  if (value === undefined) return <td>–</td>;
  const { median, low, high } = value;
  return (
    <td>
      {format(median)}
      {low !== high && (
        <small>
          {" "}
          [{format(low)}, {format(high)}]
        </small>
      )}
    </td>
  );
}
