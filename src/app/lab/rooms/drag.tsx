import { useEffect, useState } from "preact/hooks";
import { dragLabel, dragStops, dragValue, numberAt } from "../../../experiments/drag.ts";
import { labels } from "../../../experiments/labels.ts";
import type { Course } from "../data/course.ts";
import { useLabState } from "../page/context.ts";
import { useStore } from "../page/store.ts";
import type { Statement } from "../worker/protocol.ts";
import { useLanguage } from "./language.ts";

/** A run starts when the slider has rested for so long. */
const REST_MS = 500;

/** The slider for a number of the set-up: where it rests, the statement runs with that. */
export function DragField({ course, statement }: { course: Course; statement: Statement }) {
  const language = useLanguage();
  const words = labels[language].drag;
  const gpu = useLabState((state) => state.gpu);
  useLabState((state) => state.files); // the set-up depends on them
  const { running, own } = useStore(course.state, (state) => state);
  const { name, drag } = statement;
  const usual = numberAt(course.setupOf(statement), drag.field)!;
  const rests = own.get(name)?.value ?? usual;
  /** Where the slider is while it moves. */
  const [moved, move] = useState<number>();
  const value = moved ?? rests;
  useEffect(() => {
    if (moved === undefined) return;
    const timer = setTimeout(() => {
      move(undefined);
      if (moved !== rests) course.drag(name, moved);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [moved]);
  const stops = dragStops(drag, usual);
  const nearest = stops.reduce(
    (a, stop, i) => (Math.abs(stop - value) < Math.abs(stops[a]! - value) ? i : a),
    0,
  );
  const text = dragValue(drag, value);
  const reset = (): void => {
    move(undefined);
    course.drag(name, usual);
  };
  const label = dragLabel(drag)[language];
  return (
    <div class="drag">
      <label for="drag">
        {words.change} {label}: <output>{text}</output>
      </label>
      <div class="view-fields">
        <input
          id="drag"
          type="range"
          min={0}
          max={stops.length - 1}
          step={1}
          value={nearest}
          aria-valuetext={text}
          disabled={gpu.kind !== "ready" || (running !== undefined && running.name !== name)}
          onInput={({ currentTarget }) => move(stops[Number(currentTarget.value)])}
        />
        <button id="drag-reset" type="button" disabled={value === usual} onClick={reset}>
          {words.reset(dragValue(drag, usual))}
        </button>
      </div>
    </div>
  );
}
