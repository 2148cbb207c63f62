import { useEffect } from "preact/hooks";
import { useLab, useLabState, useWords } from "./context.ts";

/** Real races, exported from this page; each is loaded on demand. */
const recordings: readonly { readonly name: string; readonly load: () => Promise<{ default: unknown }> }[] = [
  { name: "spirals: relu, tanh, silu, sigmoid", load: () => import("../recorded/spirals.json") },
  { name: "moons: relu, gelu, x * tanh(softplus(x))", load: () => import("../recorded/moons.json") },
];

/** For those who cannot train here, and for a first look. */
export function Recorded() {
  const lab = useLab();
  const words = useWords().recorded;
  const none = useLabState(({ gpu }) => gpu.kind === "none");
  const nothing = useLabState(({ results }) => results === undefined);
  const show = async (place: number): Promise<void> => lab.show((await recordings[place]!.load()).default);
  useEffect(() => {
    if (none && nothing) void show(0); // never a blank page
  }, [none]);
  return (
    <section class="recorded card" aria-labelledby="recorded-title">
      <h2 id="recorded-title">{words.title}</h2>
      <p class="hint">{words.about}</p>
      <ul>
        {recordings.map(({ name }, place) => (
          <li key={name}>
            <button type="button" aria-label={`${words.open}: ${name}`} onClick={() => void show(place)}>
              {name}
            </button>
          </li>
        ))}
      </ul>
      <OtherRaces />
    </section>
  );
}

/** Races stored by other or earlier tabs. */
function OtherRaces() {
  const lab = useLab();
  const words = useWords().recorded;
  const others = useLabState((state) => state.others);
  if (others.length === 0) return null;
  return (
    <>
      <h3>{words.others}</h3>
      <ul id="other-races">
        {others.map((race) => {
          const what = `${race.setup.dataset}, ${race.setup.activations.join(", ")}`;
          const step = Math.max(...race.snapshot.map((runner) => runner.step));
          return (
            <li key={race.name}>
              <button type="button" onClick={() => lab.showKept(race)}>
                {words.race(what, step, new Date(race.at).toLocaleString())}
              </button>{" "}
              <button
                type="button"
                class="forget"
                aria-label={`${words.remove}: ${what}`}
                onClick={() => void lab.forget(race)}
              >
                {words.remove}
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
