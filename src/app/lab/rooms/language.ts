import type { Language } from "../../../core/text.ts";
import { type ContestWords, contestWords } from "../i18n/contest.ts";
import { useWords } from "../page/context.ts";

/** The language of the page, for texts that come in both; who asks renders again with the words. */
export function useLanguage(): Language {
  useWords();
  return document.documentElement.lang === "ko" ? "ko" : "en";
}

export const useContestWords = (): ContestWords => contestWords[useLanguage()];
