import type { ComponentChildren } from "preact";
import { chapterNames, chapters } from "../../../experiments/chapters.ts";
import type { Answer } from "../../../experiments/experiment.ts";
import { labels } from "../../../experiments/labels.ts";
import type { Course } from "../data/course.ts";
import { useLab, useWords } from "../page/context.ts";
import { useMedia } from "../page/media.ts";
import { useStore } from "../page/store.ts";
import type { Statement } from "../worker/protocol.ts";
import { useLanguage } from "./language.ts";

/** The name of the course's last page, which is not a statement. */
export const CLOSE = "your-own";

/** Below this width the list would push the statement off the screen. */
const WIDE = "(min-width: 56rem)";

/** In the order in which they are listed. */
const answerNames = ["holds", "condition", "fails", "undecided"] as const satisfies readonly Answer[];

/** The statements that were tried here by their verdicts, then the others by the chapters of the course. */
export function CourseNav({
  course,
  statements,
  current,
}: {
  course: Course;
  statements: readonly Statement[];
  current: string;
}) {
  const words = useWords().statements;
  const language = useLanguage();
  const results = useStore(course.state, (state) => state.results);
  const open = useMedia(WIDE);
  const answerOf = (name: string): Answer | undefined => results.get(name)?.judged.verdict.answer;
  const { answers } = labels[language];
  const groups = [
    ...answerNames.map((answer) => ({
      key: answer as string,
      title: answers[answer],
      own: statements.filter(({ name }) => answerOf(name) === answer),
    })),
    ...chapterNames.map((chapter) => ({
      key: chapter as string,
      title: chapters[chapter][language],
      own: statements.filter((each) => each.chapter === chapter && answerOf(each.name) === undefined),
    })),
  ];
  return (
    <details class="course-nav card" open={open}>
      <summary>{words.course}</summary>
      <div role="navigation" aria-label={words.course}>
        <StatementLink name="" current={current === ""}>
          {words.start}
        </StatementLink>
        {groups.map(({ key, title, own }) =>
          own.length === 0 ? null : (
            <section key={key} data-group={key} aria-label={title}>
              <p class="chapter">{title}</p>
              <ol>
                {own.map(({ name, title }) => (
                  <li key={name}>
                    <Mark answer={answerOf(name)} />
                    <StatementLink name={name} current={name === current}>
                      {title[language]}
                    </StatementLink>
                  </li>
                ))}
              </ol>
            </section>
          ),
        )}
        <StatementLink name={CLOSE} current={current === CLOSE}>
          {words.close}
        </StatementLink>
      </div>
    </details>
  );
}

const signs = { holds: "✓", condition: "±", fails: "✗", undecided: "?" } as const;

/** What came out, as a sign; its name for those who do not see it. */
export function Mark({ answer }: { answer: Answer | undefined }) {
  const { answers } = labels[useLanguage()];
  if (answer === undefined) return <span class="mark" aria-hidden="true" />;
  return (
    <span class={`mark ${answer}`} role="img" aria-label={answers[answer]} title={answers[answer]}>
      {signs[answer]}
    </span>
  );
}

/** A link within the course; the browser's Back leads back. */
export function StatementLink({
  name,
  current = false,
  children,
}: {
  name: string;
  current?: boolean;
  children: ComponentChildren;
}) {
  const lab = useLab();
  const go = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab
    event.preventDefault();
    lab.study(name);
  };
  return (
    <a
      href={`#${new URLSearchParams({ v: "1", room: "statements", statement: name }).toString()}`}
      aria-current={current ? "page" : undefined}
      onClick={go}
    >
      {children}
    </a>
  );
}
