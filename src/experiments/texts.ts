/** The texts of statements, separate from their logic: one block per language, with the same names in each. */
import type { Text } from "../core/text.ts";

/** Texts by name. A run fills places such as `{steps}` or `{relu:%}` ({@link filled}). */
type Block = Readonly<Record<string, string | readonly string[]>>;

/** The names of a block, each with its text in all languages. */
export type Paired<B extends Block> = {
  readonly [K in keyof B]: B[K] extends string ? Text : readonly Text[];
};

/** The texts that every statement has. */
export interface StatementTexts {
  readonly title: Text;
  readonly statement: Text;
  readonly method: Text;
  readonly notes?: readonly Text[];
  /** What to look for in its race. */
  readonly look?: Text;
  readonly caption: Text;
  /** The meaning of the result. */
  readonly verdict: Text;
}

/** Pairs two blocks. */
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
