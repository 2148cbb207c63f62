import { answerOf } from "../../../../bench/contest/answer.ts";
import type { AnswerWords } from "../../../../bench/contest/words.ts";
import { pointsOf } from "../data/spline-points.ts";
import { judgeRace } from "../data/verdict.ts";
import type { Dictionary } from "../i18n/index.ts";
import { useLabState, usePaint, useWords } from "../page/context.ts";

/** A race has one task, which needs no name. */
const raceWords = ({ answer, verdict }: Dictionary): AnswerWords => ({
  ...answer,
  task: () => verdict.data,
  over: (seeds) => verdict.over(seeds),
  nobody: (over) => verdict.nobody(over),
});

/** The answer in one sentence, in the contest's words; then what is needed to read it correctly. */
export function VerdictBar() {
  usePaint(1000);
  const words = useWords();
  const { results, status } = useLabState((state) => state);
  const judged = results && judgeRace(results);
  const whole = results?.complete === true;
  // A spline's points are not a name; if there is only one spline, its kind identifies it.
  const splines = results?.setup.activations.filter((text) => pointsOf(text) !== undefined) ?? [];
  const named = (sentence: string): string =>
    splines.length === 1 ? sentence.replaceAll(splines[0]!, words.bend.name) : sentence;
  const [answer = "", ...remarks] =
    judged === undefined
      ? [results === undefined ? words.verdict.empty : words.verdict.waiting]
      : answerOf(judged.contest, judged.verdict, raceWords(words));
  return (
    <section class="card verdict-bar" aria-label={words.ranking.verdict} data-status={status}>
      <p id="race-verdict" class="answer" role="status" aria-live={whole ? "polite" : "off"}>
        {judged !== undefined && !whole && <em>{words.verdict.soFar} </em>}
        {named(answer)}
      </p>
      {remarks.length > 0 && (
        <ul>
          {remarks.map((remark) => (
            <li key={remark}>{named(remark)}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
