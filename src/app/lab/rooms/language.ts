import type { Language } from "../../../core/text.ts";
import { useWords } from "../page/context.ts";

/** The language of the page, for texts that come in both; who asks renders again with the words. */
export function useLanguage(): Language {
  useWords();
  return document.documentElement.lang === "ko" ? "ko" : "en";
}
