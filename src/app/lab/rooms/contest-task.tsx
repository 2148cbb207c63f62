import { showScore } from "../../../../bench/contest/answer.ts";
import type { Pair, TaskVerdict } from "../../../../bench/contest/judge.ts";
import type { TaskResult } from "../../../../bench/contest/result.ts";
import { decimal, whole } from "../../../report/numbers.ts";
import { range } from "../../../core/statistics.ts";
import { Interval } from "../charts/interval.tsx";
import { Swatch } from "../charts/swatch.tsx";
import { verdictOf } from "../data/verdict.ts";
import { useContestWords } from "./language.ts";

/** Every activation on one task, best first. Without a verdict, those that have finished, in order. */
export function ContestTaskTable(props: { task: TaskResult; verdict: TaskVerdict | undefined }) {
  const { task, verdict } = props;
  const { cells, measure, rows, steps, batch, chance } = task;
  const words = useContestWords();
  const name = words.answer.task(task.task);
  const order =
    verdict?.ranked ?? cells.map(({ activation }) => ({ activation, place: null, learned: true }));
  const first = order[0]!.activation;
  const pairs = new Map(verdict?.pairs.filter(({ a }) => a === first).map((pair) => [pair.b, pair]));
  const ends = [0, ...[...pairs.values()].flatMap(({ difference: { low, high } }) => [-low, -high])];
  const scale = { from: Math.min(...ends), to: Math.max(...ends) };
  const yardstick = verdict?.by === "loss" ? "loss" : measure;
  const leads = verdict?.ranked.filter(({ place }) => place === 1).length === 1;
  return (
    <section class="card" aria-label={name} data-task={task.task}>
      <div class="scroll" tabIndex={0} role="group" aria-label={name}>
        <table>
          <caption>
            <strong>{name}</strong>: {words.tasksAbout[task.task] ?? task.about}
          </caption>
          <thead>
            <tr>
              {verdict && <th scope="col">{words.place}</th>}
              <th scope="col">{words.activation}</th>
              <th scope="col">{words.median(words.units[measure])}</th>
              {verdict && <th scope="col">{words.difference(first, words.differences[yardstick])}</th>}
              {verdict && <th scope="col">{words.verdict}</th>}
              <th scope="col">{words.rate}</th>
              <th scope="col">{words.stepMs}</th>
              <th scope="col">{words.parameters}</th>
            </tr>
          </thead>
          <tbody>
            {order.map(({ activation, place }) => {
              const cell = cells.find((own) => own.activation === activation)!;
              const judged = verdict?.ranked.find((own) => own.activation === activation);
              const spread = range(cell.scores);
              const diverged = cell.diverged.includes(true);
              const said = judged && verdictOf(judged);
              return (
                <tr key={activation} data-activation={activation}>
                  {verdict && <td>{place ?? "–"}</td>}
                  <th scope="row">
                    <Swatch name={activation} /> <span class="name">{activation}</span>
                  </th>
                  <td>
                    {diverged || spread === undefined ? (
                      words.diverged
                    ) : (
                      <>
                        {show(spread.median)}{" "}
                        <small>
                          [{show(spread.low)}, {show(spread.high)}]
                        </small>
                      </>
                    )}
                  </td>
                  {verdict && <td>{difference(pairs.get(activation), activation)}</td>}
                  {said && (
                    <td class="said" data-verdict={said}>
                      {words.verdicts[said === "together" && leads ? "leads" : said]}
                    </td>
                  )}
                  <td>
                    {cell.rate}
                    {cell.edge !== null && <small>{words.edge}</small>}
                  </td>
                  <td>{cell.stepMs === undefined ? "–" : decimal(cell.stepMs.median)}</td>
                  <td>{whole(cell.parameters)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="hint">
        {words.rows(whole(rows.train), whole(rows.validation), whole(rows.test), whole(steps), batch)}{" "}
        {words.chance(show(chance))}
      </p>
    </section>
  );

  function show(score: number): string {
    return showScore({ measure }, score);
  }

  function difference(pair: Pair | undefined, name: string) {
    if (pair === undefined) return null;
    const { mean, low, high } = pair.difference;
    const signed = (value: number): string =>
      `${value > 0 ? "+" : ""}${yardstick === "loss" ? value.toFixed(2) : show(value)}`;
    return (
      <>
        <Interval name={name} mean={-mean} low={-high} high={-low} {...scale} />
        {signed(-mean)}{" "}
        <small>
          [{signed(-high)}, {signed(-low)}]
        </small>
      </>
    );
  }
}
