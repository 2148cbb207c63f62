import { useEffect, useRef } from "preact/hooks";
import { classColour } from "../../../report/palette.ts";
import type { ImageSet } from "../worker/protocol.ts";

const [NEGATIVE, POSITIVE] = [classColour(0), classColour(1)];
const INK = [20, 20, 20] as const;

/** Images of numbers from -1 to 1: blue below 0, orange above. */
export function SignedImages({ set, about }: { set: ImageSet; about: string }) {
  return (
    <figure class="card">
      <div class={set.images.length === 1 ? "images cells" : "images"} role="img" aria-label={about}>
        {set.images.map((image, i) => (
          <Picture key={i} set={set} image={image} />
        ))}
      </div>
      <figcaption>{about}</figcaption>
    </figure>
  );
}

/** Images from 0 to 1. */
export const PlainImages = ({ set, about }: { set: ImageSet; about: string }) => (
  <div class="images" role="img" aria-label={about}>
    {set.images.map((image, i) => (
      <Picture key={i} set={set} image={image} plain />
    ))}
  </div>
);

/** Images from 0 to 1, one of which is selected. */
export function ImageChoice(props: {
  set: ImageSet;
  chosen: number;
  label: string;
  nameOf: (place: number) => string;
  onChoose: (place: number) => void;
}) {
  const { set, chosen, label, nameOf, onChoose } = props;
  return (
    <div class="images choice" role="group" aria-label={label}>
      {set.images.map((image, i) => (
        <button
          key={i}
          type="button"
          aria-label={nameOf(i + 1)}
          aria-pressed={i === chosen}
          onClick={() => onChoose(i)}
        >
          <Picture set={set} image={image} plain />
        </button>
      ))}
    </div>
  );
}

/** @param plain from 0 to 1 as ink on paper */
function Picture({ set, image, plain }: { set: ImageSet; image: Float32Array; plain?: true }) {
  const { rows, columns } = set;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const data = new ImageData(columns, rows);
    for (const [i, value] of image.entries()) {
      const [r, g, b] = plain === true ? INK : value < 0 ? NEGATIVE : POSITIVE;
      const share = Math.abs(value);
      data.data.set([255 - (255 - r) * share, 255 - (255 - g) * share, 255 - (255 - b) * share, 255], 4 * i);
    }
    canvas.current!.getContext("2d")!.putImageData(data, 0, 0);
  }, [image, rows, columns]);
  return <canvas ref={canvas} width={columns} height={rows} />;
}
