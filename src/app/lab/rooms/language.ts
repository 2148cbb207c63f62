import type { Language } from "../../../core/text.ts";
import { type ContestWords, contestWords } from "../i18n/contest.ts";
import type { Dictionary } from "../i18n/index.ts";
import { useWords } from "../page/context.ts";

/** The language of the page, for texts that come in both; who asks renders again with the words. */
export function useLanguage(): Language {
  useWords();
  return document.documentElement.lang === "ko" ? "ko" : "en";
}

/** The room's own words, and how an answer is said. */
export function useContestWords(): ContestWords & Pick<Dictionary, "answer"> {
  const { answer } = useWords();
  return { ...contestWords[useLanguage()], answer };
}
