import { useRef } from "preact/hooks";
import { datasetSpec } from "../../jobs/dataset-spec.ts";
import { useLab, useLabState, useWords } from "../page/context.ts";
import { dropFiles } from "../page/drop-files.ts";
import { Field } from "./field.tsx";

const OWN = "own";

const specOf = (target: string, options: string): string =>
  options.trim() === "" ? target : `${target}:${options.trim()}`;

/** The dataset: made by the engine, or dropped by the visitor. */
export function DatasetFields() {
  const lab = useLab();
  const { setup: words, datasets: docs } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const sets = useLabState(({ catalogue }) => catalogue?.datasets) ?? [];
  const spec = useLabState(({ setup }) => setup.dataset);
  const { target, options } = datasetSpec(
    spec,
    sets.map(({ name }) => name),
  );
  const fileNames = useLabState(({ files }) => files.map(({ name }) => name).join(", "));
  const read = useLabState(({ results }) => results?.facts.data) ?? [];
  const known = sets.find(({ name }) => name === target);
  const about = docs[target] ?? known?.doc;
  const names = [...new Set([...sets.map(({ name }) => name), ...(sets.length === 0 ? [target] : [])])];
  return (
    <fieldset>
      <legend>{words.groups.data}</legend>
      <div class="fields">
        <Field label={words.dataset} {...(about !== undefined && { hint: about })}>
          {(id, hintId) => (
            <select
              id={id}
              name="dataset"
              aria-describedby={hintId}
              value={names.includes(target) ? target : OWN}
              onChange={({ currentTarget }) => {
                if (currentTarget.value === OWN) input.current?.click();
                else lab.edit({ dataset: specOf(currentTarget.value, "n=400"), batch: 400, model: "mlp" });
              }}
            >
              {names.map((name) => (
                <option key={name} value={name} selected={name === target}>
                  {name}
                </option>
              ))}
              <option value={OWN} selected={!names.includes(target)}>
                {names.includes(target) ? words.own : target}
              </option>
            </select>
          )}
        </Field>
        <Field label={words.options} {...(known !== undefined && { hint: known.options })}>
          {(id, hintId) => (
            <input
              id={id}
              name="dataset-options"
              value={options}
              autocomplete="off"
              spellcheck={false}
              aria-describedby={hintId}
              onChange={({ currentTarget }) => lab.edit({ dataset: specOf(target, currentTarget.value) })}
            />
          )}
        </Field>
        <Field label={words.files} hint={fileNames === "" ? words.ownHint : fileNames} wide>
          {(id, hintId) => (
            <input
              ref={input}
              id={id}
              name="files"
              type="file"
              multiple
              aria-describedby={hintId}
              onChange={({ currentTarget }) => void dropFiles(lab, [...(currentTarget.files ?? [])])}
            />
          )}
        </Field>
      </div>
      {read.map((line) => (
        <p key={line} class="hint" lang="en" data-read>
          {line}
        </p>
      ))}
    </fieldset>
  );
}
