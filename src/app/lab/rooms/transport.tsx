import type { ComponentChildren } from "preact";
import { Icon } from "../charts/icon.tsx";
import { useDuration, useLab, useLabState, usePaint, useWords } from "../page/context.ts";
import { Field } from "./field.tsx";
import { TakeAway } from "./take-away.tsx";

const PACES = [0, 1, 10, 100, 1000];

/** Play, pause, one step, reset, speed; progress; the link, the command, the files. */
export function Transport() {
  const lab = useLab();
  const words = useWords();
  const status = useLabState((state) => state.status);
  const pace = useLabState((state) => state.pace);
  const ready = useLabState((state) => state.gpu.kind === "ready");
  const untilSettled = useLabState((state) => state.untilSettled);
  useLabState((state) => state.setup); // whether it has changed
  const playing = (status === "running" || status === "preparing") && !lab.changed;
  return (
    <section class="transport card" aria-label={words.transport.title}>
      <div class="row">
        <div class="buttons">
          <button id="play" class="primary" type="button" disabled={!ready} onClick={() => lab.toggle()}>
            <Icon name={playing ? "pause" : "play"} />
            {playing ? words.transport.pause : words.transport.play}
          </button>
          <button id="step" type="button" disabled={!ready} onClick={() => lab.step()}>
            <Icon name="step" />
            {words.transport.step}
          </button>
          <button id="reset" type="button" disabled={!ready} onClick={() => lab.reset()}>
            <Icon name="reset" />
            {words.transport.reset}
          </button>
        </div>
        <Field label={words.transport.speed}>
          {(id) => (
            <select
              id={id}
              name="pace"
              value={pace}
              onChange={({ currentTarget }) => lab.pace(Number(currentTarget.value))}
            >
              {PACES.map((steps) => (
                <option key={steps} value={steps} selected={steps === pace}>
                  {steps === 0 ? words.transport.fastest : words.transport.perSecond(steps)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <label class="check">
          <input
            type="checkbox"
            name="settled"
            checked={untilSettled}
            onChange={({ currentTarget }) => lab.state.patch({ untilSettled: currentTarget.checked })}
          />
          {words.transport.untilSettled}
        </label>
      </div>
      <StatusLine>
        <TakeAway />
      </StatusLine>
    </section>
  );
}

/** @param children next to the line, not rendered again with it */
function StatusLine({ children }: { children: ComponentChildren }) {
  usePaint(200);
  const lab = useLab();
  const words = useWords();
  const inWords = useDuration();
  const { status, results, error, notice } = useLabState((state) => state);
  const [step, steps] = [results?.step ?? 0, results?.facts.steps ?? 0];
  return (
    <div>
      <progress max={Math.max(1, steps)} value={step} aria-label={words.chart.step} />
      <div class="row">
        <p
          id="status"
          role="status"
          aria-live={status === "running" ? "off" : "polite"}
          data-status={status}
          data-step={step}
        >
          {lineOf()}
        </p>
        {children}
      </div>
      {error !== undefined && (
        <p class="warning" role="alert">
          {words.status.failed} {error.message}
          {error.hint !== undefined && `; ${error.hint}`}
        </p>
      )}
      {notice !== "" && (
        <p class="notice" role="status">
          {notice}
        </p>
      )}
      {results !== undefined && status !== "recorded" && status !== "kept" && lab.changed && (
        <p class="notice">{words.setup.changed}</p>
      )}
    </div>
  );

  function lineOf(): string {
    if (status === "running") return words.status.running(step, steps, timeLeft());
    if (status === "paused") return words.status.paused(step, steps);
    if (status === "done") return words.status.done(step);
    if (status === "recorded" && results !== undefined) {
      const { vendor, architecture, description } = results.adapter;
      const name = [vendor, architecture, description].filter(Boolean).join(" ");
      return words.status.recorded(name, results.date.slice(0, 10));
    }
    if (status === "kept" && results?.complete === true) return words.status.keptWhole;
    if (status === "kept") return `${words.status.kept} ${words.status.paused(step, steps)}`;
    return status === "failed" ? "" : words.status[status === "preparing" ? "preparing" : "idle"];
  }

  function timeLeft(): string {
    const left = (results?.runners ?? []).reduce((total, runner) => {
      const open = runner.reachedAt === undefined ? steps - runner.steps : 0;
      return total + (runner.steps === 0 ? 0 : (runner.seconds / runner.steps) * open);
    }, 0);
    return inWords(left);
  }
}
