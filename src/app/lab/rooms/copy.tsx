import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { writeLink } from "../link.ts";
import { useLab, useWords } from "../page/context.ts";

type Copy = (text: string, done: string) => Promise<void>;

/** Copies a text to the clipboard and reports success; if the clipboard is not available, shows the text itself. */
export function useCopy(): readonly [copy: Copy, outcome: ComponentChildren] {
  const { noClipboard } = useWords().transport;
  const [told, setTold] = useState("");
  const [toCopy, setToCopy] = useState("");
  const copy: Copy = async (text, done) => {
    try {
      await navigator.clipboard.writeText(text);
      setToCopy("");
      setTold(done);
    } catch {
      setToCopy(text);
      setTold(noClipboard);
    }
  };
  return [
    copy,
    <>
      <span role="status">{told}</span>
      {toCopy !== "" && <textarea readOnly rows={3} value={toCopy} aria-label={noClipboard} />}
    </>,
  ];
}

/** The page's state as a link, and as a command. */
export function CopyButtons({ copy, command }: { copy: Copy; command: () => string }) {
  const lab = useLab();
  const words = useWords().transport;
  const share = (): void => {
    history.replaceState(history.state, "", writeLink(lab.state.value));
    void copy(location.href, words.shared);
  };
  return (
    <>
      <button id="share" type="button" onClick={share}>
        {words.share}
      </button>
      <button id="command" type="button" onClick={() => void copy(command(), words.commanded)}>
        {words.command}
      </button>
    </>
  );
}
