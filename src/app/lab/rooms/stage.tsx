import { useEffect, useRef, useState } from "preact/hooks";
import { COLOURS } from "../../../report/palette.ts";
import { percent, short } from "../charts/format.ts";
import { ranking } from "../data/curve-data.ts";
import type { RaceResults } from "../data/results.ts";
import { sparksOf } from "../data/sparks.ts";
import { useLab, useLabState, useWords } from "../page/context.ts";
import type { LanePicture, Networks } from "../worker/protocol.ts";
import { ClipLanes, useClip } from "./clip-lanes.tsx";
import { useLooked } from "./focus.tsx";
import { Lane } from "./lane.tsx";

/** A lane for each activation: its network's current picture of the data, its losses, its score. */
export function Stage() {
  const words = useWords().stage;
  const results = useLabState((state) => state.results);
  const chosen = useLabState(({ setup }) => setup.activations);
  const activations = results?.setup.activations ?? chosen;
  const pictures = usePictures(results, activations.length);
  const clip = useClip(pictures.size > 0);
  const kind = clip !== undefined ? "clip" : results === undefined ? "empty" : "live";
  return (
    <section class="stage" aria-label={words.title} data-stage={kind}>
      {clip !== undefined ? (
        <ClipLanes clip={clip} />
      ) : (
        <LiveLanes results={results} activations={activations} pictures={pictures} />
      )}
    </section>
  );
}

function LiveLanes(props: {
  results: RaceResults | undefined;
  activations: readonly string[];
  pictures: ReadonlyMap<number, LanePicture>;
}) {
  const lab = useLab();
  const { results, activations, pictures } = props;
  const rows = results && ranking(results);
  const sparks = results && sparksOf(results);
  // A recorded or earlier race has no networks to look into.
  const live = results === undefined || lab.live;
  const format = results?.facts.kind === "values" ? short : percent;
  return (
    <div class="lanes">
      {activations.map((name, place) => {
        const score = rows?.find(({ runner }) => runner === place)?.score;
        return (
          <Lane
            key={place}
            name={name}
            picture={live ? pictures.get(place) : null}
            spark={sparks?.[place]}
            score={score && [score.median, score.low, score.high].map(format)}
            onHover={(over) => lab.state.patch({ hovered: over ? name : undefined })}
            onPin={activations.length > COLOURS ? () => lab.pin(name) : undefined}
          />
        );
      })}
    </div>
  );
}

/** The newest picture of each lane: of the first network at its best rate. */
function usePictures(results: RaceResults | undefined, count: number): ReadonlyMap<number, LanePicture> {
  const lab = useLab();
  const looked = useLooked(Array.from({ length: count }, (_, place) => place));
  const networks = JSON.stringify(looked.map(({ runner, columns }) => ({ runner, columns })));
  const [pictures, setPictures] = useState<ReadonlyMap<number, LanePicture>>(new Map());
  /** Those that arrived since the last drawing. */
  const come = useRef(new Map<number, LanePicture>());
  useEffect(() => {
    come.current.clear();
    setPictures(new Map());
  }, [results]);
  useEffect(() => {
    lab.watch({ kind: "lanes", networks: JSON.parse(networks) as Networks[] });
    return () => lab.watch(null);
  }, [lab, networks]);
  useEffect(
    () =>
      lab.onEvent((event) => {
        if (event.kind === "lane") come.current.set(event.picture.runner, event.picture);
      }),
    [lab],
  );
  useEffect(
    () =>
      lab.onPaint(() => {
        if (come.current.size === 0) return;
        const fresh = [...come.current];
        come.current.clear();
        setPictures((before) => new Map([...before, ...fresh]));
      }),
    [lab],
  );
  return pictures;
}
