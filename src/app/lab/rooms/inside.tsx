import { useEffect, useState } from "preact/hooks";
import { bytes, percent, short } from "../charts/format.ts";
import { HeatMap } from "../charts/heat-map.tsx";
import { LayerPlot } from "../charts/layer-plot.tsx";
import { type LayerScale, layerScale, signalRange } from "../charts/layer-scale.ts";
import { useLab, useLabState, useWords } from "../page/context.ts";
import type { InsidePicture, Networks, ShapeCurve } from "../worker/protocol.ts";
import "../styles/inside.css";
import { FocusChoice, type Looked, useFocus } from "./focus.tsx";

/** Number of looks in the heat map over time. */
const MOST_LOOKS = 160;

/** Two activations side by side: where their units work, and the gradients at their layers. */
export default function InsideRoom() {
  const lab = useLab();
  const words = useWords();
  const looked = useFocus(2);
  const networks = JSON.stringify(looked.map(({ runner, columns }) => ({ runner, columns })));
  const curves = useLabState(({ shapes }) => shapes);
  const run = useLabState((state) => state.results);
  const [looks, setLooks] = useState<ReadonlyMap<number, readonly InsidePicture[]>>(new Map());
  useEffect(() => setLooks(new Map()), [run]);
  useEffect(() => {
    lab.watch({ kind: "inside", networks: JSON.parse(networks) as Networks[] });
    return () => lab.watch(null);
  }, [lab, networks]);
  useEffect(
    () =>
      lab.onEvent((event) => {
        if (event.kind !== "inside") return;
        setLooks((before) => {
          const after = new Map(before);
          for (const picture of event.pictures)
            after.set(picture.runner, added(after.get(picture.runner) ?? [], picture));
          return after;
        });
      }),
    [lab],
  );
  const shown = looked.map((own) => ({
    ...own,
    looks: (looks.get(own.runner) ?? []).filter(({ columns }) => columns[0] === own.columns[0]),
    curve: curves.get(own.name)?.curve,
  }));
  const scaleOf = (layer: number): LayerScale =>
    layerScale(
      shown.flatMap(({ looks: all }) => {
        const own = all.at(-1)?.layers[layer];
        return own === undefined || own.bins.length === 0 ? [] : [own];
      }),
      shown.flatMap(({ curve }) => (curve === undefined ? [] : [curve])),
    );
  const range = signalRange(shown.flatMap(({ looks: all }) => all));
  return (
    <section aria-label={words.rooms.inside}>
      <FocusChoice looked={looked} count={2} />
      <div class="side-by-side">
        {shown.map((own) => (
          <Network key={own.runner} network={own} scaleOf={scaleOf} range={range} />
        ))}
      </div>
      <p class="hint">{words.inside.oneScale}</p>
    </section>
  );
}

interface ShownNetwork extends Looked {
  readonly looks: readonly InsidePicture[];
  readonly curve: ShapeCurve | undefined;
}

/** In step order: a look at an earlier step starts over; when there are too many, every second one is dropped. */
function added(looks: readonly InsidePicture[], next: InsidePicture): readonly InsidePicture[] {
  const last = looks.at(-1);
  if (last !== undefined && (next.step < last.step || next.columns[0] !== last.columns[0])) return [next];
  if (last?.step === next.step) return [...looks.slice(0, -1), next];
  const kept = looks.length < MOST_LOOKS ? looks : looks.filter((_, i) => i % 2 === 0);
  return [...kept, next];
}

function Network(props: {
  network: ShownNetwork;
  /** For a layer by its place, shared with the other network. */
  scaleOf: (layer: number) => LayerScale;
  range: readonly [number, number];
}) {
  const { network, scaleOf, range } = props;
  const { name, looks, curve } = network;
  const words = useWords().inside;
  const now = looks.at(-1);
  if (now === undefined) return <p class="empty">{words.empty(name)}</p>;
  return (
    <article class="card" aria-label={name}>
      <h3>
        {name}, {words.atStep(now.step)}
      </h3>
      {now.layers.map((layer, i) =>
        layer.bins.length === 0 ? null : (
          <LayerPlot
            key={i}
            layer={layer}
            name={name}
            scale={scaleOf(i)}
            {...(curve !== undefined && { curve })}
          />
        ),
      )}
      <HeatMap looks={looks} name={name} range={range} />
      <div class="scroll" tabIndex={0} role="group" aria-label={words.table}>
        <table class="layers">
          <caption>{words.table}</caption>
          <thead>
            <tr>
              <th scope="col">{words.layer}</th>
              <th scope="col">{words.dead}</th>
              <th scope="col">{words.saturated}</th>
              <th scope="col">{words.zeros}</th>
              <th scope="col">{words.spread}</th>
              <th scope="col">{words.signal}</th>
            </tr>
          </thead>
          <tbody>
            {now.layers.map((layer, i) => (
              <tr key={i}>
                <th scope="row">{layer.title}</th>
                <td>{percent(layer.dead)}</td>
                <td>{percent(layer.saturated)}</td>
                <td>{percent(layer.zeros)}</td>
                <td>
                  {short(layer.mean)} ± {short(layer.std)}
                </td>
                <td>{short(layer.signal)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="hint">{words.memory(bytes(now.keptBytes), bytes(now.tempBytes))}</p>
    </article>
  );
}
