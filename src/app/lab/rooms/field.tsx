import type { ComponentChildren } from "preact";
import { useEffect, useId, useState } from "preact/hooks";

/** A label with its control and, if given, a hint that screen readers connect with it. */
export function Field(props: {
  label: string;
  hint?: string;
  wide?: boolean;
  /** The label is before the control, not above it. */
  row?: boolean;
  children: (id: string, hintId: string | undefined) => ComponentChildren;
}) {
  const id = useId();
  const { label, hint, wide = false, row = false, children } = props;
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  return (
    <div class={`field${wide ? " wide" : ""}${row ? " range" : ""}`}>
      <label for={id}>{label}</label>
      {children(id, hintId)}
      {hint !== undefined && (
        <small id={hintId} class="hint">
          {hint}
        </small>
      )}
    </div>
  );
}

/** A text that becomes a value once it is valid; until then it shows an error. */
export function ParsedInput<T>(props: {
  label: string;
  hint?: string;
  value: T;
  show: (value: T) => string;
  /** Undefined for a text that is not a value. */
  read: (text: string) => T | undefined;
  onValue: (value: T) => void;
  numeric?: boolean;
  disabled?: boolean;
  name: string;
}) {
  const { label, hint, value, show, read, onValue, numeric, disabled = false, name } = props;
  const shown = show(value);
  const [text, setText] = useState(shown);
  // Outside changes (a link, another default) are shown too.
  useEffect(() => {
    if (read(text) === undefined || show(read(text)!) !== shown) setText(shown);
  }, [shown]);
  const wrong = read(text) === undefined;
  return (
    <Field label={label} {...(hint !== undefined && { hint })}>
      {(id, hintId) => (
        <input
          id={id}
          name={name}
          value={text}
          disabled={disabled}
          inputMode={numeric === true ? "decimal" : "text"}
          aria-invalid={wrong}
          aria-describedby={hintId}
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            const next = read(currentTarget.value);
            if (next !== undefined) onValue(next);
          }}
        />
      )}
    </Field>
  );
}

/** One of a few words. */
export function Choice<T extends string>(props: {
  label: string;
  name: string;
  value: T;
  options: readonly (readonly [value: T, text: string])[];
  /** For a value that makes no sense here. */
  unfit?: (value: T) => boolean;
  onValue: (value: T) => void;
}) {
  const { label, name, value, options, unfit, onValue } = props;
  return (
    <Field label={label}>
      {(id) => (
        <select
          id={id}
          name={name}
          value={value}
          onChange={({ currentTarget }) => onValue(currentTarget.value as T)}
        >
          {options.map(([option, text]) => (
            <option
              key={option}
              value={option}
              selected={option === value}
              disabled={option !== value && unfit?.(option) === true}
            >
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
