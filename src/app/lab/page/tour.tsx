import { useEffect, useRef, useState } from "preact/hooks";
import { useWords } from "./context.ts";

/** The subject of each step. */
const targets = ["#setup", ".transport", "main figure, main .empty", "#ranking, main .empty", "nav"];

/** Five steps through the page; each highlights its subject. */
export function Tour({ onEnd }: { onEnd: () => void }) {
  const words = useWords().tour;
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const target = document.querySelector(targets[at]!);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    target?.classList.add("toured");
    target?.scrollIntoView({ block: "center", behavior: still ? "instant" : "smooth" });
    box.current?.focus();
    return () => target?.classList.remove("toured");
  }, [at]);
  const last = targets.length - 1;
  return (
    <div
      id="tour"
      ref={box}
      role="dialog"
      aria-label={words.start}
      aria-describedby="tour-text"
      tabIndex={-1}
      onKeyDown={({ key }) => key === "Escape" && onEnd()}
    >
      <p id="tour-text" aria-live="polite">
        <b>{words.of(at + 1, targets.length)}</b> {words.steps[at]}
      </p>
      <div class="buttons">
        <button type="button" disabled={at === 0} onClick={() => setAt(at - 1)}>
          {words.back}
        </button>
        {at < last && (
          <button type="button" class="primary" id="tour-next" onClick={() => setAt(at + 1)}>
            {words.next}
          </button>
        )}
        <button type="button" id="tour-end" onClick={onEnd}>
          {words.end}
        </button>
      </div>
    </div>
  );
}
