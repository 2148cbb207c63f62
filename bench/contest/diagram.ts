/** The critical-difference diagram: mean ranks on a line, with bars over those whose difference is below the critical one. */
import { type Markup, at, html } from "../../src/report/markup.ts";

export interface Diagram {
  readonly names: readonly string[];
  readonly meanRanks: readonly number[];
  readonly criticalDifference: number;
}

const [WIDTH, LEFT, RIGHT, LINE, STEP] = [640, 130, 510, 46, 20];

/** Runs of neighbours, best first, whose ends differ by less than the critical difference; none lies within another. */
export function runsOf(
  ranks: readonly number[],
  critical: number,
): (readonly [first: number, last: number])[] {
  const runs: [number, number][] = [];
  for (const first of ranks.keys()) {
    let last = first;
    while (last + 1 < ranks.length && ranks[last + 1]! - ranks[first]! < critical) last++;
    if (last > first && !runs.some(([, end]) => end >= last)) runs.push([first, last]);
  }
  return runs;
}

/** Demšar 2006, figure 1: the best at the left. */
export function criticalDifferenceDiagram({ names, meanRanks, criticalDifference }: Diagram): Markup {
  const order = names.map((_, i) => i).toSorted((a, b) => meanRanks[a]! - meanRanks[b]!);
  const ranks = order.map((i) => meanRanks[i]!);
  const count = names.length;
  const x = (rank: number): number => LEFT + ((rank - 1) / (count - 1)) * (RIGHT - LEFT);
  const runs = runsOf(ranks, criticalDifference);
  const below = LINE + 12 + runs.length * 8;
  const half = Math.ceil(count / 2);
  const height = below + half * STEP + 14;
  const labels = order.map((i, k) => {
    const left = k < half;
    const row = below + 10 + (left ? k : count - 1 - k) * STEP;
    const end = left ? LEFT - 14 : RIGHT + 14;
    const rank = meanRanks[i]!;
    return html`<path class="axis" fill="none" d="M${at(x(rank))} ${LINE}V${at(row)}H${at(end)}" />
      <text x="${left ? end - 4 : end + 4}" y="${at(row + 4)}" text-anchor="${left ? "end" : "start"}">
        ${names[i]} ${rank.toFixed(2)}
      </text>`;
  });
  const told = order.map((i) => `${names[i]} ${meanRanks[i]!.toFixed(2)}`).join(", ");
  const wide = Math.min(x(1 + criticalDifference), WIDTH - 20) - LEFT;
  return html`<figure>
    <div class="wide" tabindex="0" role="region" aria-label="Critical-difference diagram">
      <svg
        class="diagram"
        viewBox="0 0 ${WIDTH} ${at(height)}"
        width="${WIDTH}"
        role="img"
        aria-label="Mean ranks: ${told}; critical difference ${criticalDifference.toFixed(2)}"
      >
        <path class="span" d="M${LEFT} 14H${at(LEFT + wide)}" />
        <text x="${at(LEFT + wide + 6)}" y="18">CD ${criticalDifference.toFixed(2)}</text>
        <path class="axis" d="M${LEFT} ${LINE}H${RIGHT}" />
        ${Array.from(
          { length: count },
          (_, i) =>
            html`<path class="axis" d="M${at(x(i + 1))} ${LINE - 5}V${LINE}" />
              <text x="${at(x(i + 1))}" y="${LINE - 9}" text-anchor="middle">${i + 1}</text>`,
        )}
        ${runs.map(
          ([first, last], i) =>
            html`<path
              class="span"
              d="M${at(x(ranks[first]!) - 4)} ${LINE + 10 + i * 8}H${at(x(ranks[last]!) + 4)}"
            />`,
        )}
        ${labels}
      </svg>
    </div>
    <figcaption>
      Mean ranks over the tasks, best at the left. A bar joins activations whose ranks differ by less than the
      critical difference (Nemenyi, 5 %).
    </figcaption>
  </figure>`;
}
