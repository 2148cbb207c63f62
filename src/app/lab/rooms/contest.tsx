import { contestOf } from "../data/contest.ts";
import { useLab } from "../page/context.ts";
import { useStore } from "../page/store.ts";
import "../styles/contest.css";
import { ContestControls } from "./contest-controls.tsx";
import { ContestOutcome } from "./contest-outcome.tsx";
import { ContestSetup } from "./contest-setup.tsx";
import { useContestWords } from "./language.ts";

/** The contest: choices at the side; progress and result in the middle. */
export default function ContestRoom() {
  const contest = contestOf(useLab());
  const words = useContestWords();
  const shown = useStore(contest.state, (state) => state.shown);
  const running = useStore(contest.state, (state) => state.running !== undefined);
  const result = running ? undefined : shown?.result;
  return (
    <div class="contest">
      <ContestSetup contest={contest} />
      <div class="contest-content">
        <ContestControls contest={contest} />
        {result !== undefined && <ContestOutcome key={result.date} result={result} />}
        {result === undefined && !running && (
          <div class="card">
            <p>{words.about}</p>
            <p class="empty">{words.empty}</p>
          </div>
        )}
      </div>
    </div>
  );
}
