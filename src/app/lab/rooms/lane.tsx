import { FitPlot } from "../charts/fit-plot.tsx";
import { Spark } from "../charts/spark.tsx";
import { PlainImages } from "../charts/images.tsx";
import { SurfaceCanvas } from "../charts/surface.tsx";
import { Icon } from "../charts/icon.tsx";
import { Swatch } from "../charts/swatch.tsx";
import { useStroke } from "../charts/strokes.ts";
import { useLabState, useWords } from "../page/context.ts";
import type { SparkPoints } from "../data/sparks.ts";
import type { LanePicture } from "../worker/protocol.ts";

/** One activation: its network's picture of the data, its losses, its score with the range over the seeds. */
export function Lane(props: {
  name: string;
  /** Undefined before it has arrived; null if there will be none. */
  picture: Omit<LanePicture, "runner"> | undefined | null;
  spark: SparkPoints | undefined;
  /** Median, minimum and maximum, as displayed. */
  score: readonly string[] | undefined;
  onHover?: (over: boolean) => void;
  /** If there are more activations than colours. */
  onPin?: (() => void) | undefined;
}) {
  const { name, picture, spark, score, onHover, onPin } = props;
  const words = useWords();
  const hovered = useLabState((state) => state.hovered === name);
  const pinned = useLabState((state) => state.pinned.includes(name));
  const { colour } = useStroke(name);
  return (
    <article
      class={hovered ? "lane card hovered" : "lane card"}
      style={{ borderTopColor: colour }}
      aria-label={name}
      data-activation={name}
      data-step={picture?.step}
      onPointerEnter={() => onHover?.(true)}
      onPointerLeave={() => onHover?.(false)}
    >
      <h3 title={name}>
        <Swatch name={name} /> <span class="name">{name}</span>
        {onPin !== undefined && (
          <button
            type="button"
            class="quiet"
            aria-pressed={pinned}
            aria-label={words.stage.pin(name)}
            title={words.stage.pin(name)}
            onClick={onPin}
          >
            <Icon name="pin" />
          </button>
        )}
      </h3>
      {picture !== null && (
        <>
          <div class="picture">
            <Picture name={name} picture={picture} />
          </div>
          <small class="step">{picture === undefined ? "" : words.inside.atStep(picture.step)}</small>
        </>
      )}
      <Spark points={spark} name={name} />
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

function Picture(props: { name: string; picture: Omit<LanePicture, "runner"> | undefined }) {
  const { name, picture } = props;
  const words = useWords();
  if (picture?.surface !== undefined)
    return <SurfaceCanvas surface={picture.surface} about={words.space.surface(name)} />;
  if (picture?.curve !== undefined)
    return <FitPlot curve={picture.curve} name={name} about={words.stage.fit(name)} />;
  if (picture?.wrong !== undefined) {
    const about = words.stage.wrong(picture.wrong.count, picture.wrong.tested);
    return <PlainImages set={picture.wrong} about={about} />;
  }
  return picture === undefined ? null : <p class="hint">{words.stage.noPicture}</p>;
}
