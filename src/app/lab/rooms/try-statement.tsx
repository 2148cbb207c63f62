import type { Course } from "../data/course.ts";
import { useDuration, useLab, useLabState, useWords } from "../page/context.ts";
import { dropFiles } from "../page/drop-files.ts";
import { useStore } from "../page/store.ts";
import type { Statement } from "../worker/protocol.ts";
import { DragField } from "./drag.tsx";
import { StatementLink } from "./course-nav.tsx";
import { useLanguage } from "./language.ts";

/** The button that runs a statement's experiment, and how far it is. */
export function TryStatement({
  course,
  statement,
  tried,
}: {
  course: Course;
  statement: Statement;
  tried: boolean;
}) {
  const lab = useLab();
  const { statements: words, status } = useWords();
  const inWords = useDuration();
  const language = useLanguage();
  const gpu = useLabState((state) => state.gpu);
  useLabState((state) => state.files); // whether images are given
  const { running, failed, statements, quick: chosen } = useStore(course.state, (state) => state);
  const { name, exact = false, seconds } = statement;
  const [own, quick] = [running?.name === name, course.quick];
  const standsIn = course.standsIn(statement);
  const other = own ? undefined : statements?.find((each) => each.name === running?.name);
  return (
    <div class="try">
      <div class="view-fields">
        <button
          id="try"
          class="primary"
          type="button"
          disabled={!own && (gpu.kind !== "ready" || running !== undefined)}
          onClick={() => (own ? course.stop() : course.try(name))}
        >
          {own ? words.stop : tried ? words.again : words.try}
        </button>
        {!exact && (
          <label class="check">
            <input
              type="checkbox"
              name="quick"
              checked={quick}
              disabled={own}
              onChange={({ currentTarget }) => course.state.patch({ quick: currentTarget.checked })}
            />
            {words.quick}
          </label>
        )}
      </div>
      <DragField course={course} statement={statement} />
      <p class="hint">
        {words.takes(inWords(seconds[quick ? 1 : 0]))}{" "}
        {!exact && quick && chosen === undefined && words.software}
      </p>
      <p id="trying" role="status" data-running={own ? name : ""}>
        {own && progress()}
        {other !== undefined && (
          <StatementLink name={other.name}>{words.other(other.title[language])}</StatementLink>
        )}
      </p>
      {own && <progress max={1} value={running?.share ?? 0} aria-labelledby="trying" />}
      {standsIn && (
        <div id="stands-in" class="notice">
          <label>
            {words.standsIn}{" "}
            <input
              type="file"
              name="images"
              multiple
              onChange={({ currentTarget }) => void dropFiles(lab, [...(currentTarget.files ?? [])])}
            />
          </label>
        </div>
      )}
      {failed?.name === name && (
        <p class="warning" role="alert">
          {status.failed} {failed.error.message}
        </p>
      )}
    </div>
  );

  function progress(): string {
    const { doing, secondsLeft } = running ?? {};
    if (doing === undefined || secondsLeft === undefined) return status.preparing;
    const parts = [doing.what, ...(doing.done ? [words.done(...doing.done)] : [])];
    return `${parts.join(", ")}; ${words.left(inWords(secondsLeft))}`;
  }
}
