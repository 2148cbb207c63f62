import { chapters } from "../../../experiments/chapters.ts";
import { filled, setupLook } from "../../../experiments/fill.ts";
import { setupText } from "../../../experiments/show.ts";
import type { Course } from "../data/course.ts";
import { raceOf } from "../data/race-of.ts";
import { useLabState, useWords } from "../page/context.ts";
import { useStore } from "../page/store.ts";
import type { Statement } from "../worker/protocol.ts";
import { CLOSE, StatementLink } from "./course-nav.tsx";
import { useLanguage } from "./language.ts";
import { RaceLink } from "./race-link.tsx";
import { StatementOutcome } from "./statement-outcome.tsx";
import { TryStatement } from "./try-statement.tsx";

/** One statement: what it says, what is done to see whether it holds, the run, what came out. */
export function StatementPage({
  course,
  statements,
  statement,
}: {
  course: Course;
  statements: readonly Statement[];
  statement: Statement;
}) {
  const words = useWords().statements;
  const language = useLanguage();
  const usual = useStore(course.state, (state) => state.results.get(statement.name));
  const own = useStore(course.state, (state) => state.own.get(statement.name)?.result);
  const result = own ?? usual;
  useLabState((state) => state.files); // whether images are given
  const at = statements.indexOf(statement);
  const [before, after] = [statements[at - 1], statements[at + 1]];
  const { title, chapter, race } = statement;
  const setup = result?.row.setup ?? course.setupOf(statement);
  const { method, notes = [] } = filled(
    { method: statement.method, notes: statement.notes },
    setupLook(setup, result?.row.seeds.length ?? statement.seeds),
  );
  return (
    <article class="card statement" aria-labelledby="statement-title">
      <p class="hint">
        {chapters[chapter][language]} · {words.at(at + 1, statements.length)}
      </p>
      <h3 id="statement-title" tabIndex={-1}>
        {title[language]}
      </h3>
      <blockquote>{statement.statement[language]}</blockquote>
      <p>{method[language]}</p>
      <TryStatement course={course} statement={statement} tried={result !== undefined} />
      {result !== undefined && <StatementOutcome result={result} usual={usual} />}
      <details>
        <summary>{words.setup}</summary>
        <p>{setupText(setup)}</p>
        {notes.map((note) => (
          <p key={note.en}>{note[language]}</p>
        ))}
      </details>
      {race !== undefined && (
        <p class="race-links">
          <RaceLink make={(software) => raceOf(race, software, course.standsIn(statement))}>
            {words.race}
          </RaceLink>
          <span class="look">{race.look[language]}</span>
        </p>
      )}
      <div class="row beside">
        {before !== undefined ? (
          <StatementLink name={before.name}>
            ← {words.previous}: {before.title[language]}
          </StatementLink>
        ) : (
          <span />
        )}
        <StatementLink name={after?.name ?? CLOSE}>
          {words.next}: {after?.title[language] ?? words.close} →
        </StatementLink>
      </div>
    </article>
  );
}
