import { useMemo } from "preact/hooks";
import { showScore } from "../../../../bench/contest/answer.ts";
import { type Cell, cellName } from "../../../../bench/contest/result.ts";
import type { TaskName } from "../../../../bench/contest/tasks/index.ts";
import { keptName } from "../../../../bench/result.ts";
import { fromJson } from "../../../core/json.ts";
import { median } from "../../../core/statistics.ts";
import { short } from "../charts/format.ts";
import { Swatch } from "../charts/swatch.tsx";
import type { KeptContest } from "../data/keep-contest.ts";
import type { ContestTask } from "../worker/protocol.ts";
import { useContestWords } from "./language.ts";

const nameOf = (task: TaskName, activation: string): string =>
  keptName("contest", cellName(task, activation));

/** How many cells are finished, and which comes next: tasks in order, with the activations in order for each. */
export function progressOf({ options: { tasks, activations }, cells }: KeptContest): {
  readonly done: number;
  readonly all: number;
  readonly next: readonly [TaskName, string] | undefined;
} {
  const all = tasks.flatMap((task) => activations.map((activation) => [task, activation] as const));
  const open = all.filter(([task, activation]) => !cells.has(nameOf(task, activation)));
  return { done: all.length - open.length, all: all.length, next: open[0] };
}

/** What each activation has reached on each task so far. */
export function ContestCells(props: { shown: KeptContest; tasks: readonly ContestTask[]; running: boolean }) {
  const { shown, tasks, running } = props;
  const { options, cells } = shown;
  const words = useContestWords();
  const finished = useMemo(
    () => new Map([...cells].map(([name, json]) => [name, fromJson(json) as Cell] as const)),
    [cells],
  );
  const { next } = progressOf(shown);
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={words.cells}>
      <table id="contest-cells">
        <caption>{words.cells}</caption>
        <thead>
          <tr>
            <th scope="col">{words.activation}</th>
            {options.tasks.map((task) => (
              <th key={task} scope="col">
                {words.answer.task(task)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {options.activations.map((activation) => (
            <tr key={activation}>
              <th scope="row">
                <Swatch name={activation} /> <span class="name">{activation}</span>
              </th>
              {options.tasks.map((task) => (
                <td key={task}>{textOf(task, activation)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );

  function textOf(task: TaskName, activation: string): string {
    const cell = finished.get(nameOf(task, activation));
    if (cell === undefined) {
      const now = running && next?.[0] === task && next[1] === activation;
      return now ? words.running : words.waiting;
    }
    if (cell.diverged.includes(true)) return words.diverged;
    const measure = tasks.find(({ name }) => name === task)?.measure;
    const score = median(cell.scores);
    return measure === undefined ? short(score) : showScore({ measure }, score);
  }
}
