import type { Language } from "../../../core/text.ts";
import { type ContestWords, contestWords } from "../i18n/contest.ts";
import type { Dictionary } from "../i18n/index.ts";
import { useWords } from "../page/context.ts";

/** The page's language, for texts that exist in both; components that use it render again with the texts. */
export function useLanguage(): Language {
  useWords();
  return document.documentElement.lang === "ko" ? "ko" : "en";
}

/** The room's texts, and the wording of an answer. */
export function useContestWords(): ContestWords & Pick<Dictionary, "answer"> {
  const { answer } = useWords();
  return { ...contestWords[useLanguage()], answer };
}
