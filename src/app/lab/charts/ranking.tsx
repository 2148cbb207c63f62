import type { Spread } from "../../../core/statistics.ts";
import { ranking } from "../data/curve-data.ts";
import { LEAST_SEEDS } from "../../../../bench/contest/judge.ts";
import { verdictsOf } from "../data/verdict.ts";
import type { RaceResults } from "../data/results.ts";
import { usePaint, useWords } from "../page/context.ts";
import { percent, short, whole } from "./format.ts";
import { Swatch } from "./swatch.tsx";

/** The activations in the order of their success; what the curves show, for those who do not see them. */
export function Ranking({ results }: { results: RaceResults }) {
  usePaint(250);
  const words = useWords().ranking;
  const rows = ranking(results);
  const [classes, grid] = [results.facts.kind === "classes", results.setup.lr.length > 1];
  const targeted = results.setup.target > 0;
  const seeds = results.setup.replicas;
  const verdicts = verdictsOf(rows, results.facts.kind, results.facts.chance);
  const compared = verdicts !== undefined;
  return (
    <section class="card" aria-labelledby="ranking-title">
      <h2 id="ranking-title">{words.title}</h2>
      <div class="scroll" tabIndex={0} role="group" aria-label={words.bounds}>
        <table id="ranking">
          <caption>{words.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{words.place}</th>
              <th scope="col">{words.activation}</th>
              {classes && <th scope="col">{words.accuracy}</th>}
              <th scope="col">{words.testLoss}</th>
              <th scope="col">{words.loss}</th>
              {compared && <th scope="col">{words.verdict}</th>}
              {grid && <th scope="col">{words.rate}</th>}
              {targeted && <th scope="col">{words.reached}</th>}
              <th scope="col">{words.speed}</th>
              <th scope="col">{words.rows}</th>
              <th scope="col">{words.seconds}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={row.runner} data-activation={row.activation}>
                <td>{i + 1}</td>
                <th scope="row">
                  <Swatch place={row.runner} /> <span class="name">{row.activation}</span>
                  {row.diverged > 0 && <em> {words.diverged(row.diverged)}</em>}
                </th>
                {classes && <Cell value={row.accuracy} format={percent} />}
                <Cell value={row.testLoss} format={short} />
                <Cell value={row.loss} format={short} />
                {compared && <td data-verdict={verdicts[i]}>{words.verdicts[verdicts[i]!]}</td>}
                {grid && <td>{row.rate}</td>}
                {targeted && <td>{row.reachedAt ?? "–"}</td>}
                <td>{row.stepsPerSecond > 0 ? whole(row.stepsPerSecond) : "–"}</td>
                <td>{row.rowsPerSecond > 0 ? whole(row.rowsPerSecond) : "–"}</td>
                <td>{row.seconds.toFixed(1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {compared && <p class="hint">{words.apart(seeds)}</p>}
      {seeds < LEAST_SEEDS && rows.length > 1 && <p class="hint">{words.fewSeeds(LEAST_SEEDS)}</p>}
    </section>
  );
}

/** The median, and below it the least and the greatest seed. */
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
