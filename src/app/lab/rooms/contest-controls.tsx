import { toJsonText } from "../../../core/json.ts";
import { contestCommand } from "../contest-choice.ts";
import type { Contest } from "../data/contest.ts";
import { download } from "../data/exports.ts";
import { useDuration, useLab, useLabState, useWords } from "../page/context.ts";
import { useStore } from "../page/store.ts";
import { ContestCells, progressOf } from "./contest-cells.tsx";
import { CopyButtons, useCopy } from "./copy.tsx";
import { useContestWords } from "./language.ts";

/** Start and stop, progress, errors, and downloads. */
export function ContestControls({ contest }: { contest: Contest }) {
  const { setup, contest: choice, gpu, notice } = useLabState((state) => state);
  const { status, setup: setupWords, statements } = useWords();
  const words = useContestWords();
  const inWords = useDuration();
  const state = useStore(contest.state, (value) => value);
  const { running, shown, failed, lost, tasks } = state;
  const { missing, changed } = contest;
  const two = setup.activations.length >= 2;
  const partial = shown !== undefined && !changed && shown.result?.complete !== true;
  const seconds =
    setup.activations.length *
    (tasks ?? []).reduce((sum, task) => sum + (choice.tasks.includes(task.name) ? task.seconds : 0), 0);
  const at = shown && progressOf(shown);
  return (
    <section class="card" aria-label={words.title}>
      <div class="view-fields">
        <button
          id="contest"
          class="primary"
          type="button"
          disabled={running === undefined && (gpu.kind !== "ready" || !two || missing !== undefined)}
          onClick={() => (running === undefined ? void contest.start() : contest.stop())}
        >
          {running !== undefined
            ? words.stop
            : changed || shown === undefined
              ? words.begin
              : partial
                ? words.goOn
                : words.again}
        </button>
        <TakeAway contest={contest} />
      </div>
      {running === undefined && two && missing === undefined && tasks !== undefined && (
        <p class="hint">{words.expected(setup.activations.length * choice.tasks.length, inWords(seconds))}</p>
      )}
      {notice !== "" && (
        <p class="notice" role="status">
          {notice}
        </p>
      )}
      {!two && <p class="notice">{words.two}</p>}
      {missing !== undefined && <p class="notice">{setupWords.needFiles(missing)}</p>}
      <p id="contest-status" role="status" data-running={running !== undefined} data-done={at?.done ?? 0}>
        {running !== undefined && at !== undefined && told()}
      </p>
      {running !== undefined && (
        <>
          <progress max={1} value={running.share ?? 0} aria-labelledby="contest-status" />
          {running.secondsLeft !== undefined && (
            <p class="hint">{statements.left(inWords(running.secondsLeft))}</p>
          )}
        </>
      )}
      {lost && (
        <p class="notice" role="status">
          {words.lost}
        </p>
      )}
      {failed !== undefined && (
        <p class="warning" role="alert">
          {status.failed} {failed.message}
          {failed.hint !== undefined && `; ${failed.hint}`}
        </p>
      )}
      {running === undefined && changed && <p class="notice">{words.changed}</p>}
      {running === undefined && shown?.result?.complete === false && <p class="notice">{words.stopped}</p>}
      {shown !== undefined && (running !== undefined || shown.result?.complete !== true) && (
        <ContestCells shown={shown} tasks={tasks ?? []} running={running !== undefined} />
      )}
    </section>
  );

  function told(): string {
    const { done, all, next } = at!;
    if (running!.secondsLeft === undefined) return status.preparing;
    const what = next === undefined ? words.timing : words.at(words.answer.task(next[0]), next[1]);
    return words.done(done, all, what);
  }
}

function TakeAway({ contest }: { contest: Contest }) {
  const lab = useLab();
  const words = useContestWords();
  const result = useStore(contest.state, ({ shown }) => shown?.result);
  const [copy, copied] = useCopy();
  return (
    <div class="takeaway">
      <CopyButtons
        copy={copy}
        command={() => contestCommand(lab.state.value.setup, lab.state.value.contest)}
      />
      <button
        id="contest-json"
        type="button"
        disabled={result === undefined}
        onClick={() =>
          result &&
          download(
            `actigrad-contest-${result.date.slice(0, 10)}.json`,
            toJsonText(result, { digits: 7 }), // as the command line writes it
            "application/json",
          )
        }
      >
        {words.json}
      </button>
      {copied}
    </div>
  );
}
