import { useLab, useLabState, useWords } from "../page/context.ts";
import { Field } from "./field.tsx";

/** Which activations a room looks at: one, or two beside each other. */
export function FocusChoice({ count }: { count: 1 | 2 }) {
  const lab = useLab();
  const words = useWords().inside;
  const focus = useLabState((state) => state.focus);
  const activations = useLabState(({ setup }) => setup.activations);
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
    </div>
  );
}
