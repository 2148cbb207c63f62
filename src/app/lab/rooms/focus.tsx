import { useLab, useLabState, usePaint, useWords } from "../page/context.ts";
import type { Networks } from "../worker/protocol.ts";
import { Field } from "./field.tsx";

/** The networks that a room inspects: those of the chosen learning rate, or of the best so far. */
export interface Looked extends Networks {
  readonly name: string;
  readonly rate: number;
  readonly best: boolean;
}

/** The networks of the first, or of both activations in focus. */
export const useFocus = (count: 1 | 2): readonly Looked[] =>
  useLooked([...new Set(useLabState((state) => state.focus).slice(0, count))]);

/** The networks of activations, by place. */
export function useLooked(places: readonly number[]): readonly Looked[] {
  usePaint(500); // the best rate changes during training
  const results = useLabState((state) => state.results);
  const setup = useLabState((state) => state.setup);
  const chosen = useLabState((state) => state.rate);
  return places.map((runner): Looked => {
    const name = setup.activations[runner] ?? "";
    const own = results?.runners[runner];
    if (results === undefined || own === undefined) {
      const columns = Array.from({ length: setup.replicas }, (_, r) => r);
      return { runner, name, columns, rate: setup.lr[0]!, best: true };
    }
    const place = chosen === undefined ? -1 : results.setup.lr.indexOf(chosen);
    if (place < 0) return { runner, name, ...results.best(own), best: true };
    return { runner, name, columns: results.columnsOf(place), rate: chosen!, best: false };
  });
}

/** Which activations a room shows, one or two side by side; with several learning rates, which rate. */
export function FocusChoice({ looked, count }: { looked: readonly Looked[]; count: 1 | 2 }) {
  const lab = useLab();
  const words = useWords().inside;
  const focus = useLabState((state) => state.focus);
  const activations = useLabState(({ setup }) => setup.activations);
  const rates = useLabState(({ results }) => results?.setup.lr) ?? [];
  const rate = useLabState((state) => state.rate);
  const choose = (at: number, place: number): void => {
    const next = focus.map((old, i) => (i === at ? place : old)) as [number, number];
    lab.state.patch({ focus: next });
  };
  return (
    <div class="view-fields card">
      {focus.slice(0, count).map((place, at) => (
        <Field key={at} label={count === 1 ? words.look : words.looks[at]!}>
          {(id) => (
            <select
              id={id}
              value={place}
              onChange={({ currentTarget }) => choose(at, Number(currentTarget.value))}
            >
              {activations.map((name, i) => (
                <option key={name} value={i} selected={i === place}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      ))}
      {rates.length > 1 && (
        <>
          <Field label={words.rate}>
            {(id) => (
              <select
                id={id}
                name="rate"
                value={rate ?? ""}
                onChange={({ currentTarget: { value } }) =>
                  lab.state.patch({ rate: value === "" ? undefined : Number(value) })
                }
              >
                <option value="" selected={rate === undefined}>
                  {words.bestRate}
                </option>
                {rates.map((own) => (
                  <option key={own} value={own} selected={own === rate}>
                    {own}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <p id="looked-at" class="hint">
            {looked.map((own) => words.lookedAt(own.name, own.rate, own.best)).join(" ")}
          </p>
        </>
      )}
    </div>
  );
}
