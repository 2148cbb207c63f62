import { useEffect, useState } from "preact/hooks";
import { heightsOf } from "../charts/layer-scale.ts";
import { REACH, ShapePlot } from "../charts/shape-plot.tsx";
import { Swatch } from "../charts/swatch.tsx";
import { MOST_ACTIVATIONS } from "../setup.ts";
import { useLab, useLabState, useWords } from "../page/context.ts";
import type { ShapeAnswer } from "../page/state.ts";
import { FIRST_SPLINE, pointsOf } from "../data/spline-points.ts";
import { knownName } from "../data/known-name.ts";
import { useLater } from "../page/later.ts";
import { Field } from "./field.tsx";

/** Loads the draggable points only when needed. */
const loadBend = () => import("./bend.tsx");
const isSpline = (text: string): boolean => pointsOf(text) !== undefined;

/** The racing activations: names from the catalogue, or formulas, whose curves appear while they are typed. */
export function Activations() {
  const lab = useLab();
  const words = useWords();
  const chosen = useLabState(({ setup }) => setup.activations);
  const catalogue = useLabState((state) => state.catalogue);
  const shapes = useLabState((state) => state.shapes);
  const [text, setText] = useState("");
  const typed = knownName(text.trim(), catalogue);
  useEffect(() => {
    if (typed === "") return;
    const timer = setTimeout(() => lab.askShape(typed), 120);
    return () => clearTimeout(timer);
  }, [lab, typed]);
  const answer = typed === "" ? undefined : shapes.get(typed);
  const curves = [...chosen, typed].flatMap((name) => shapes.get(name)?.curve ?? []);
  const heights = heightsOf(curves, REACH);
  const full = chosen.length >= MOST_ACTIVATIONS;
  const addable = answer !== undefined && answer.error === undefined && !full && !chosen.includes(typed);
  const add = (): void => {
    if (!addable) return;
    lab.edit({ activations: [...chosen, typed] });
    setText("");
  };
  return (
    <fieldset class="activations">
      <legend>{words.setup.activations}</legend>
      <ul>
        {chosen.map((name, place) => (
          <Chosen
            key={isSpline(name) ? `spline ${place}` : name}
            name={name}
            place={place}
            answer={shapes.get(name)}
            heights={heights}
            alone={chosen.length === 1}
          />
        ))}
      </ul>
      <div class="adder">
        <Field
          label={words.setup.addLabel}
          hint={full ? words.setup.most(MOST_ACTIVATIONS) : words.setup.addHint}
        >
          {(id, hintId) => (
            <input
              id={id}
              name="activation"
              list="catalogue"
              value={text}
              autocomplete="off"
              spellcheck={false}
              aria-describedby={`${hintId} formula-error`}
              aria-invalid={answer?.error !== undefined}
              onInput={({ currentTarget }) => setText(currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== "Enter") return;
                event.preventDefault();
                add();
              }}
            />
          )}
        </Field>
        <button type="button" disabled={!addable} onClick={add}>
          {words.setup.add}
        </button>
      </div>
      {!chosen.some(isSpline) && !full && (
        <button
          type="button"
          id="bend-own"
          onClick={() => lab.edit({ activations: [...chosen, FIRST_SPLINE] })}
        >
          {words.bend.add}
        </button>
      )}
      <datalist id="catalogue">
        {catalogue?.activations.map(({ name, formula }) => (
          <option key={name} value={name}>
            {formula}
          </option>
        ))}
        {catalogue?.grouped.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <div id="formula-error" role="status">
        {answer?.error !== undefined && <FormulaError text={typed} error={answer.error} />}
      </div>
      {answer?.curve !== undefined && (
        <div class="preview">
          <ShapePlot name={typed} curve={answer.curve} heights={heights} />
          <CurveNotes answer={answer} />
        </div>
      )}
      {answer !== undefined && answer.error === undefined && answer.curve === undefined && (
        <p class="hint">{words.formula.noCurve}</p>
      )}
    </fieldset>
  );
}

function Chosen(props: {
  name: string;
  place: number;
  answer: ShapeAnswer | undefined;
  heights: readonly [number, number];
  alone: boolean;
}) {
  const { name, place, answer, heights, alone } = props;
  const lab = useLab();
  const words = useWords().setup;
  const chosen = useLabState(({ setup }) => setup.activations);
  const Bend = useLater(isSpline(name) ? loadBend : undefined);
  return (
    <li class={isSpline(name) ? "wide" : ""}>
      <span class="chip">
        <Swatch name={name} />
        <span class="name">{name}</span>
        <button
          type="button"
          class="quiet"
          aria-label={words.remove(name)}
          disabled={alone}
          onClick={() => lab.edit({ activations: chosen.filter((other) => other !== name) })}
        >
          ×
        </button>
      </span>
      {isSpline(name) && Bend !== undefined && <Bend place={place} />}
      {!isSpline(name) && answer?.curve !== undefined && (
        <ShapePlot name={name} curve={answer.curve} heights={heights} />
      )}
      {answer?.error !== undefined && <FormulaError text={name} error={answer.error} />}
    </li>
  );
}

/** The message, and the text with a mark under the faulty column. */
function FormulaError({ text, error }: { text: string; error: NonNullable<ShapeAnswer["error"]> }) {
  const column = error.details?.["column"];
  return (
    <div class="warning">
      {typeof column === "number" && (
        <pre aria-hidden="true" data-column={column}>
          {text}
          {"\n"}
          {" ".repeat(column - 1)}^
        </pre>
      )}
      <p>
        {error.message}
        {error.hint !== undefined && `; ${error.hint}`}
      </p>
    </div>
  );
}

function CurveNotes({ answer }: { answer: ShapeAnswer }) {
  const words = useWords().formula;
  const { formula, derivative, kinks, notFinite } = answer.curve!;
  const notes = [
    `f(x) = ${formula}`,
    ...(derivative === "" ? [] : [`f′(x) = ${derivative}`]),
    ...(kinks.length > 0 ? [words.kinks(kinks.length)] : []),
    ...(notFinite > 0 ? [words.notFinite(notFinite)] : []),
  ];
  return (
    <ul class="notes">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
