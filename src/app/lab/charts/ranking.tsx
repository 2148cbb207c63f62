import type { Spread } from "../../../core/statistics.ts";
import { ranking } from "../data/curve-data.ts";
import { onceIn, withinNoise } from "../data/noise.ts";
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
  const noise = rows.map((row, i) => (i === 0 ? undefined : withinNoise(row, rows[0]!, seeds)));
  const compared = noise.some((within) => within !== undefined);
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
              {compared && <th scope="col">{words.noise}</th>}
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
                {compared && <td>{comparison(noise[i])}</td>}
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
      {compared && <p class="hint">{words.apart(seeds, onceIn(seeds))}</p>}
      {seeds === 1 && rows.length > 1 && <p class="hint">{words.oneSeed}</p>}
    </section>
  );

  function comparison(within: boolean | undefined): string {
    return within === undefined ? "–" : within ? words.within : words.behind;
  }
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
