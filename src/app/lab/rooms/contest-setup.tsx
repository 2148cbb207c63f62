import { contestChoices, isOwn } from "../contest-choice.ts";
import { readOption } from "../../../core/options.ts";
import type { Contest } from "../data/contest.ts";
import { useLab, useLabState, useWords } from "../page/context.ts";
import { useStore } from "../page/store.ts";
import type { ContestTask } from "../worker/protocol.ts";
import { Activations } from "./activations.tsx";
import { DatasetFields } from "./dataset-fields.tsx";
import { Choice, ParsedInput } from "./field.tsx";
import { useContestWords } from "./language.ts";

const { seeds: seedsOption, start: startOption } = contestChoices;

function readSeeds(text: string): number | undefined {
  try {
    return readOption("contest: seeds", seedsOption, text);
  } catch {
    return undefined;
  }
}

/** The choices: tasks, activations, seeds, starting weights. */
export function ContestSetup({ contest }: { contest: Contest }) {
  const lab = useLab();
  const words = useContestWords();
  const choice = useLabState((state) => state.contest);
  const tasks = useStore(contest.state, (state) => state.tasks);
  const known = tasks?.map(({ name }): string => name);
  const unknown = choice.tasks.filter((name) => known?.includes(name) === false);
  return (
    <form id="contest-setup" aria-label={words.title} onSubmit={(event) => event.preventDefault()}>
      <fieldset class="tasks">
        <legend>{words.tasks}</legend>
        <ul>
          {tasks?.map((task) => (
            <TaskChoice key={task.name} task={task} order={[...known!, ...unknown]} />
          ))}
        </ul>
        {unknown.length > 0 && <p class="warning">{words.unknown(unknown.join(", "))}</p>}
      </fieldset>
      {isOwn(choice) && <DatasetFields />}
      <Activations />
      <fieldset>
        <legend>{words.training}</legend>
        <div class="fields">
          <ParsedInput
            label={words.seeds}
            hint={words.seedsHint(seedsOption.min, seedsOption.max)}
            name="seeds"
            value={choice.seeds}
            show={String}
            read={readSeeds}
            onValue={(seeds) => lab.compete({ seeds })}
            numeric
          />
          <Choice
            label={words.start}
            name="start"
            value={choice.start}
            options={startOption.choices.map((name) => [name, words.starts[name]] as const)}
            onValue={(start) => lab.compete({ start })}
          />
        </div>
      </fieldset>
    </form>
  );
}

/** @param order of the tasks in the choice */
function TaskChoice({ task: { name, about }, order }: { task: ContestTask; order: readonly string[] }) {
  const lab = useLab();
  const words = useContestWords();
  const { own } = useWords().setup;
  const { tasks } = useLabState((state) => state.contest);
  const chosen = tasks.includes(name);
  const choose = (on: boolean): void =>
    lab.compete({ tasks: order.filter((other) => (other === name ? on : tasks.includes(other))) });
  return (
    <li>
      <label>
        <input
          type="checkbox"
          name={`task-${name}`}
          checked={chosen}
          disabled={chosen && tasks.length === 1}
          onChange={({ currentTarget }) => choose(currentTarget.checked)}
        />
        <span>
          {name === "own" ? own : words.answer.task(name)}
          <small class="hint">{words.tasksAbout[name] ?? (name === "own" ? words.ownAbout : about)}</small>
        </span>
      </label>
    </li>
  );
}
