import { useEffect, useRef } from "preact/hooks";
import { rooms } from "../link.ts";
import { useWords } from "./context.ts";
import { keysAreOn, switchKeys } from "./keys.ts";

/** The keys, in a dialog that Escape closes. */
export function Help({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const keys = [
    ["Space", words.keys.space],
    ["s", words.keys.s],
    ["r", words.keys.r],
    [rooms.map((_, i) => i + 1).join(" "), words.keys.numbers],
    ["?", words.keys.question],
  ] as const;
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">{words.keys.title}</h2>
      <dl>
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          name="keys"
          defaultChecked={keysAreOn()}
          onChange={({ currentTarget }) => switchKeys(currentTarget.checked)}
        />
        {words.keys.letters}
      </label>
      <button type="button" onClick={() => dialog.current?.close()}>
        {words.close}
      </button>
    </dialog>
  );
}
