import { useState } from "preact/hooks";
import { download, raceCsv, raceJson } from "../data/exports.ts";
import { commandLine } from "../experiment.ts";
import { writeLink } from "../link.ts";
import { useLab, useLabState, usePaint, useWords } from "../page/context.ts";
import { Field } from "./field.tsx";

const PACES = [0, 1, 10, 100, 1000];

/** Play, pause, one step, reset, speed; how far it is; the link, the command line, the files. */
export function Transport() {
  const lab = useLab();
  const words = useWords();
  const status = useLabState((state) => state.status);
  const pace = useLabState((state) => state.pace);
  const ready = useLabState((state) => state.gpu.kind === "ready");
  useLabState((state) => state.experiment); // whether it has changed
  const playing = (status === "running" || status === "preparing") && !lab.changed;
  return (
    <section class="transport" aria-label={words.transport.play}>
      <div class="buttons">
        <button id="play" class="primary" type="button" disabled={!ready} onClick={() => lab.toggle()}>
          {playing ? words.transport.pause : words.transport.play}
        </button>
        <button id="step" type="button" disabled={!ready} onClick={() => lab.step()}>
          {words.transport.step}
        </button>
        <button id="reset" type="button" disabled={!ready} onClick={() => lab.reset()}>
          {words.transport.reset}
        </button>
        <Field label={words.transport.speed}>
          {(id) => (
            <select
              id={id}
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
      </div>
      <StatusLine />
      <TakeAway />
    </section>
  );
}

function StatusLine() {
  usePaint(200);
  const lab = useLab();
  const words = useWords();
  const { status, results, error, notice } = useLabState((state) => state);
  const [step, steps] = [results?.step ?? 0, results?.facts.steps ?? 0];
  return (
    <div>
      <progress max={Math.max(1, steps)} value={step} aria-label={words.chart.step} />
      <p id="status" role="status" data-status={status} data-step={step}>
        {lineOf()}
      </p>
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
    if (status === "kept") return `${words.status.kept} ${words.status.paused(step, steps)}`;
    return status === "failed" ? "" : words.status[status === "preparing" ? "preparing" : "idle"];
  }

  function timeLeft(): string {
    const left = (results?.runners ?? []).reduce((total, runner) => {
      const open = runner.reachedAt === undefined ? steps - runner.steps : 0;
      return total + (runner.steps === 0 ? 0 : (runner.seconds / runner.steps) * open);
    }, 0);
    return left < 90 ? words.time.seconds(Math.ceil(left)) : words.time.minutes(Math.ceil(left / 60));
  }
}

function TakeAway() {
  const lab = useLab();
  const words = useWords();
  const { results, room, view, focus, experiment } = useLabState((state) => state);
  const [told, setTold] = useState("");
  const [toCopy, setToCopy] = useState("");
  const copy = async (text: string, done: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setToCopy("");
      setTold(done);
    } catch {
      setToCopy(text);
      setTold(words.transport.noClipboard);
    }
  };
  const share = (): void => {
    const hash = writeLink({ room, view, focus, experiment });
    history.replaceState(null, "", hash);
    void copy(location.href, words.transport.shared);
  };
  const name = `actigrad-race-${(results?.date ?? "").slice(0, 10)}`;
  const empty = results === undefined || results.step === 0;
  const png = (): void => {
    const canvas = document.querySelector<HTMLCanvasElement>(".plot canvas");
    canvas?.toBlob((blob) => blob !== null && download(`${name}.png`, blob));
  };
  return (
    <div class="takeaway">
      <button id="share" type="button" onClick={share}>
        {words.transport.share}
      </button>
      <button
        id="command"
        type="button"
        onClick={() => void copy(commandLine(lab.state.value.experiment), words.transport.commanded)}
      >
        {words.transport.command}
      </button>
      <span class="group" role="group" aria-label={words.transport.export}>
        {words.transport.export}
        <button
          id="export-json"
          type="button"
          disabled={empty}
          onClick={() =>
            results &&
            void raceJson(results).then((json) => download(`${name}.json`, json, "application/json"))
          }
        >
          {words.exports.json}
        </button>
        <button
          id="export-csv"
          type="button"
          disabled={empty}
          onClick={() => results && download(`${name}.csv`, raceCsv(results), "text/csv")}
        >
          {words.exports.csv}
        </button>
        <button id="export-png" type="button" disabled={empty || room !== "race"} onClick={png}>
          {words.exports.png}
        </button>
      </span>
      <span role="status">{told}</span>
      {toCopy !== "" && (
        <textarea readOnly rows={3} value={toCopy} aria-label={words.transport.noClipboard} />
      )}
    </div>
  );
}
