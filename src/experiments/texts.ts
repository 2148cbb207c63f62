/** How a statement's texts are written: apart from the logic, a block a language, the same names in both. */
import type { Text } from "../core/text.ts";

/** Texts by name. Places such as `{steps}` or `{relu:%}` are filled by what ran ({@link filled}). */
type Block = Readonly<Record<string, string | readonly string[]>>;

/** The names of a block, each with its text in both languages. */
export type Paired<B extends Block> = {
  readonly [K in keyof B]: B[K] extends string ? Text : readonly Text[];
};

/** What every statement says. */
export interface StatementTexts {
  readonly title: Text;
  readonly statement: Text;
  readonly method: Text;
  readonly notes?: readonly Text[];
  /** What to look for in the race that it leads to. */
  readonly look?: Text;
  readonly caption: Text;
  /** What came out means. */
  readonly verdict: Text;
}

/** Two blocks as texts. */
export function paired<const B extends Block>({
  en,
  ko,
}: {
  readonly en: B;
  readonly ko: { readonly [K in keyof B]: B[K] extends string ? string : readonly string[] };
}): Paired<B> {
  const pair = (name: string, text: string | readonly string[]): Text | readonly Text[] => {
    const other = (ko as Block)[name]!;
    return typeof text === "string"
      ? { en: text, ko: other as string }
      : text.map((part, i) => ({ en: part, ko: other[i]! }));
  };
  return Object.fromEntries(Object.entries(en).map(([name, text]) => [name, pair(name, text)])) as Paired<B>;
}
