import { Ranking } from "../charts/ranking.tsx";
import { rankImages, rankPlane } from "../data/race-of.ts";
import { useLabState, useWords } from "../page/context.ts";
import { RaceLink } from "./race-link.tsx";

/** The course's end: which one to take is for a run of one's own to say, and what it can say is bounded by the seeds. */
export function CourseClose() {
  const words = useWords().statements;
  const results = useLabState((state) => state.results);
  return (
    <article class="card statement" aria-labelledby="close-title">
      <h3 id="close-title" tabIndex={-1}>
        {words.close}
      </h3>
      <p>{words.closeAbout}</p>
      <p class="race-links">
        <RaceLink make={rankPlane}>{words.closePlane}</RaceLink>
        <RaceLink make={rankImages}>{words.closeImages}</RaceLink>
      </p>
      <h4>{words.closeLast}</h4>
      {results === undefined || results.step === 0 ? (
        <p>{words.closeNone}</p>
      ) : (
        <>
          <p class="hint">
            {results.setup.dataset}; {results.setup.hidden.join(", ")}; {results.setup.optimizer}
          </p>
          <Ranking results={results} />
        </>
      )}
    </article>
  );
}
