import { FitPlot } from "../charts/fit-plot.tsx";
import { Spark } from "../charts/spark.tsx";
import { PlainImages } from "../charts/images.tsx";
import { SurfaceCanvas } from "../charts/surface.tsx";
import { Swatch } from "../charts/swatch.tsx";
import { colourOf } from "../../../report/palette.ts";
import { useLabState, useWords } from "../page/context.ts";
import type { SparkPoints } from "../data/sparks.ts";
import type { LanePicture } from "../worker/protocol.ts";

/** One activation: what its network makes of the data, its losses, its score with the range of the seeds. */
export function Lane(props: {
  name: string;
  place: number;
  /** Undefined before it has come; null where there is none to come. */
  picture: Omit<LanePicture, "runner"> | undefined | null;
  spark: SparkPoints | undefined;
  /** Median, least and greatest, as they are shown. */
  score: readonly string[] | undefined;
  onHover?: (over: boolean) => void;
}) {
  const { name, place, picture, spark, score, onHover } = props;
  const words = useWords().inside;
  const hovered = useLabState((state) => state.hovered === place);
  return (
    <article
      class={hovered ? "lane card hovered" : "lane card"}
      style={{ borderTopColor: colourOf(place) }}
      aria-label={name}
      data-activation={name}
      onPointerEnter={() => onHover?.(true)}
      onPointerLeave={() => onHover?.(false)}
    >
      <h3 title={name}>
        <Swatch place={place} /> <span class="name">{name}</span>
      </h3>
      {picture !== null && (
        <>
          <div class="picture">
            <Picture name={name} place={place} picture={picture} />
          </div>
          <small class="step">{picture === undefined ? "" : words.atStep(picture.step)}</small>
        </>
      )}
      <Spark points={spark} place={place} />
      <p class="score">
        <b>{score?.[0] ?? "–"}</b>
        {score !== undefined && score[1] !== score[2] && (
          <small>
            {" "}
            [{score[1]}, {score[2]}]
          </small>
        )}
      </p>
    </article>
  );
}

function Picture(props: { name: string; place: number; picture: Omit<LanePicture, "runner"> | undefined }) {
  const { name, place, picture } = props;
  const words = useWords();
  if (picture?.surface !== undefined)
    return <SurfaceCanvas surface={picture.surface} about={words.space.surface(name)} />;
  if (picture?.curve !== undefined)
    return <FitPlot curve={picture.curve} place={place} about={words.stage.fit(name)} />;
  if (picture?.wrong !== undefined) {
    const about = words.stage.wrong(picture.wrong.count, picture.wrong.tested);
    return <PlainImages set={picture.wrong} about={about} />;
  }
  return picture === undefined ? null : <p class="hint">{words.stage.noPicture}</p>;
}
