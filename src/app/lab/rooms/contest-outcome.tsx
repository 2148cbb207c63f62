import { useMemo } from "preact/hooks";
import { answerOf } from "../../../../bench/contest/answer.ts";
import { type Verdict, judge, relativeCost } from "../../../../bench/contest/judge.ts";
import type { ContestResult } from "../../../../bench/contest/result.ts";
import type { BenchResult } from "../../../../bench/result.ts";
import { adapterName } from "../../../report/numbers.ts";
import { Beside } from "../charts/strokes.ts";
import { Swatch } from "../charts/swatch.tsx";
import { useDuration, useWords } from "../page/context.ts";
import { ContestTaskTable } from "./contest-task.tsx";
import { useContestWords } from "./language.ts";

/** The result: the answer first, then the ranking over the tasks, then task by task. */
export function ContestOutcome({ result }: { result: BenchResult }) {
  const { took } = useWords().statements;
  const words = useContestWords();
  const inWords = useDuration();
  const { contest } = result.results;
  const verdict = useMemo(() => contest && judge(contest), [contest]);
  if (contest === undefined || verdict === undefined) return null;
  const [answer, ...remarks] = answerOf(contest, verdict, words.answer);
  const about = [adapterName(result.adapter), result.date.slice(0, 10), took(inWords(result.seconds))];
  return (
    <Beside.Provider value={contest.activations}>
      <section class="card verdict-bar" aria-label={words.verdict}>
        <p id="contest-answer" class="answer" role="status">
          {answer}
        </p>
        {remarks.length > 0 && (
          <ul>
            {remarks.map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        )}
        <p class="hint">{about.join(" · ")}</p>
      </section>
      {verdict.overall !== undefined && verdict.tasks.size > 1 && (
        <Overall contest={contest} overall={verdict.overall} tasks={verdict.tasks} />
      )}
      {contest.tasks
        .filter(({ cells }) => cells.length > 0)
        .map((task) => (
          <ContestTaskTable key={task.task} task={task} verdict={verdict.tasks.get(task.task)} />
        ))}
      <section class="card hint" aria-label={words.protocol}>
        <p>{words.about}</p>
        <p>{words.statistics(contest.seeds)}</p>
        <p>{words.jsonNote}</p>
      </section>
    </Beside.Provider>
  );
}

/** The ranking over all tasks. */
function Overall({
  contest: { tasks: reached },
  overall,
  tasks,
}: {
  contest: ContestResult;
  overall: NonNullable<Verdict["overall"]>;
  tasks: Verdict["tasks"];
}) {
  const words = useContestWords();
  const whole = reached.filter(({ task }) => tasks.has(task));
  const title = words.overall(whole.length);
  return (
    <section class="card" aria-label={title}>
      <div class="scroll" tabIndex={0} role="group" aria-label={title}>
        <table id="contest-overall">
          <caption>{title}</caption>
          <thead>
            <tr>
              <th scope="col">{words.place}</th>
              <th scope="col">{words.activation}</th>
              <th scope="col">{words.rank}</th>
              <th scope="col">{words.cost}</th>
            </tr>
          </thead>
          <tbody>
            {overall.ranked.map(({ activation, place, mean }) => {
              const cost = relativeCost(whole, activation);
              return (
                <tr key={activation}>
                  <td>{place ?? "–"}</td>
                  <th scope="row">
                    <Swatch name={activation} /> <span class="name">{activation}</span>
                  </th>
                  <td>{mean.toFixed(2)}</td>
                  <td>{Number.isNaN(cost) ? "–" : `${cost.toFixed(2)} ×`}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="hint">{words.overallNote}</p>
    </section>
  );
}
