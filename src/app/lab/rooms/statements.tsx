import { useEffect, useRef } from "preact/hooks";
import "../charts/figure-sheet.ts";
import { courseOf } from "../data/course.ts";
import { useLab, useLabState, useWords } from "../page/context.ts";
import { useStore } from "../page/store.ts";
import "../styles/statements.css";
import { CourseClose } from "./course-close.tsx";
import { CLOSE, CourseNav, StatementLink } from "./course-nav.tsx";
import { StatementPage } from "./statement.tsx";

/** The course: its chapters at the side, one statement in the middle. */
export default function StatementsRoom() {
  const course = courseOf(useLab());
  const words = useWords().statements;
  const notice = useLabState((state) => state.notice);
  const name = useLabState((state) => state.statement);
  const statements = useStore(course.state, (state) => state.statements);
  const content = useRef<HTMLDivElement>(null);
  const shown = useRef(name);
  useEffect(() => {
    if (shown.current === name) return;
    shown.current = name;
    content.current?.querySelector<HTMLElement>("h3")?.focus(); // whoever follows a link is where it leads
    content.current?.scrollIntoView({ block: "nearest" });
  }, [name]);
  if (statements === undefined)
    return (
      <p class="empty" role="status">
        {words.loading}
      </p>
    );
  const statement = statements.find((each) => each.name === name);
  return (
    <div class="course">
      <CourseNav course={course} statements={statements} current={name} />
      <div ref={content} class="course-content">
        {notice !== "" && (
          <p class="notice" role="status">
            {notice}
          </p>
        )}
        {statement !== undefined ? (
          <StatementPage key={name} course={course} statements={statements} statement={statement} />
        ) : name === CLOSE ? (
          <CourseClose />
        ) : (
          start()
        )}
      </div>
    </div>
  );

  function start() {
    const tried = statements!.filter((each) => course.state.value.results.has(each.name)).length;
    return (
      <article class="card">
        <h3 tabIndex={-1}>{words.start}</h3>
        {name !== "" && <p class="notice">{words.unknown(name)}</p>}
        <p>{words.about}</p>
        <p>{words.tally(tried, statements!.length)}</p>
        <StatementLink name={statements![0]!.name}>{words.begin}</StatementLink>
      </article>
    );
  }
}
