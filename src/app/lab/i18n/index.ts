import { type Dictionary, en } from "./en.ts";

export type { Dictionary } from "./en.ts";

export const languages = { en: "English", ko: "한국어" } as const;
export type Language = keyof typeof languages;

/** The texts of a language; those other than English are loaded on demand. */
export async function dictionary(language: Language): Promise<Dictionary> {
  return language === "ko" ? (await import("./ko.ts")).ko : en;
}

/** `?lang=ko` decides; otherwise the browser's preference. */
export function chosenLanguage(search: string, preferred: readonly string[]): Language {
  const asked = new URLSearchParams(search).get("lang") ?? preferred[0] ?? "en";
  return asked.toLowerCase().startsWith("ko") ? "ko" : "en";
}
