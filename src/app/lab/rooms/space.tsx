import { useEffect, useState } from "preact/hooks";
import { BentGridPlot } from "../charts/bent-grid.tsx";
import { CloudCanvas } from "../charts/cloud-canvas.tsx";
import { percent } from "../charts/format.ts";
import { ImageChoice, SignedImages } from "../charts/images.tsx";
import { SurfaceCanvas } from "../charts/surface.tsx";
import { useLab, useLabState, useWords } from "../page/context.ts";
import type { ImageSet, SpacePicture } from "../worker/protocol.ts";
import "../styles/space.css";
import { Field } from "./field.tsx";
import { FocusChoice, useFocus } from "./focus.tsx";

/** What one network makes of the data: decisions, bent planes, a cloud in space, weights as images. */
export default function SpaceRoom() {
  const lab = useLab();
  const words = useWords();
  const looked = useFocus(1);
  const { name, runner, columns } = looked[0]!;
  const column = columns[0]!;
  const run = useLabState((state) => state.results);
  const [layer, setLayer] = useState(0);
  const [image, setImage] = useState(0);
  const [picture, setPicture] = useState<SpacePicture>();
  useEffect(() => setPicture(undefined), [run, runner, column]);
  useEffect(() => {
    lab.watch({ kind: "space", runner, columns: [column], layer, image });
    return () => lab.watch(null);
  }, [lab, runner, column, layer, image]);
  useEffect(
    () =>
      lab.onEvent((event) => {
        if (event.kind !== "space") return;
        const { picture: next } = event;
        if (next.runner === runner && next.columns[0] === column) setPicture(next);
      }),
    [lab, runner, column],
  );
  return (
    <section aria-label={words.rooms.space}>
      <FocusChoice looked={looked} count={1} />
      {picture === undefined && <p class="empty">{words.space.empty}</p>}
      <div class="pictures" hidden={picture === undefined}>
        {picture?.surface !== undefined && (
          <figure class="card">
            <SurfaceCanvas surface={picture.surface} about={words.space.surface(name)} />
            <figcaption>{words.space.surface(name)}</figcaption>
          </figure>
        )}
        <figure class="card">
          <CloudCanvas />
          <figcaption>
            {picture?.cloud === undefined
              ? words.space.few
              : words.space.explained(picture.cloud.map(percent).join(", "))}
          </figcaption>
          <Field label={words.space.layer}>
            {(id) => (
              <select
                id={id}
                value={layer}
                onChange={({ currentTarget }) => setLayer(Number(currentTarget.value))}
              >
                {(picture?.hidden ?? []).map((title, i) => (
                  <option key={i} value={i} selected={i === layer}>
                    {i + 1}: {title}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </figure>
        {picture?.images !== undefined && (
          <div class="image-sets">
            <ImageCard samples={picture.images.samples} chosen={image} onChoose={setImage} />
            <SignedImages
              set={picture.images.weights}
              about={words.space.weights(picture.images.weights.images.length)}
            />
          </div>
        )}
        {picture?.grids.map((grid, i) => (
          <BentGridPlot key={i} grid={grid} />
        ))}
      </div>
      {picture !== undefined && picture.surface === undefined && picture.images === undefined && (
        <p class="hint">{words.space.plane}</p>
      )}
      {picture?.images !== undefined && <Maps maps={picture.images.maps} />}
    </section>
  );
}

/** The image that goes through the network, selectable. */
function ImageCard(props: { samples: ImageSet; chosen: number; onChoose: (image: number) => void }) {
  const words = useWords().space;
  const { samples, chosen, onChoose } = props;
  return (
    <section class="card" aria-label={words.image}>
      <h3>{words.image}</h3>
      <ImageChoice
        set={samples}
        chosen={chosen}
        label={words.image}
        nameOf={words.imageOf}
        onChoose={onChoose}
      />
    </section>
  );
}

/** Each layer's view of the selected image. */
function Maps({ maps }: { maps: NonNullable<SpacePicture["images"]>["maps"] }) {
  const words = useWords().space;
  return (
    <div class="image-sets maps">
      {maps.map((map, i) => (
        <SignedImages key={i} set={map} about={words.maps(map.title, map.shape.join(" × "))} />
      ))}
    </div>
  );
}
