import type { LearnedScope } from "../activation.ts";
import { wrongParamName } from "./names.ts";
import { type Token, formulaError, shown } from "./tokens.ts";

/** A parameter that a formula's text declares: `beta = 1 learned`. */
export interface DeclaredParam {
  readonly default: number;
  readonly learnable: boolean;
  /** The scope of its values, if that is not the layer. */
  readonly scope?: LearnedScope;
}

/** Numbers that a GPU can hold. */
export function readNumber({ text, column }: Token, sign = 1): number {
  const value = sign * Math.fround(Number(text));
  const tiny = Math.abs(value) < 2 ** -126 && /[1-9]/.test(text.replace(/[eE].*/, ""));
  if (!Number.isFinite(value) || tiny) {
    throw formulaError(
      column,
      `${text} is too ${tiny ? "small" : "large"} for a float32`,
      "use 0 or a magnitude from 1.2e-38 to 3.4e38",
    );
  }
  return value;
}

const scopes: readonly LearnedScope[] = ["layer", "channel", "unit"];

/** `beta = 1 learned per channel, alpha = -0.5`, separated by commas; adds to the known names. */
export function readDeclarations(
  tokens: readonly Token[],
  known: Set<string>,
  params: Map<string, DeclaredParam>,
): void {
  let at = 0;
  const expect = (what: string, good: (token: Token) => boolean): Token => {
    const token = tokens[at]!;
    if (!good(token)) {
      throw formulaError(
        token.column,
        `expected ${what}, got ${shown(token)}`,
        "declare parameters like this: beta = 1 learned",
      );
    }
    at++;
    return token;
  };
  const takes = (text: string): boolean => tokens[at]!.text === text && at++ >= 0;
  do {
    const name = expect("a parameter's name", ({ kind }) => kind === "name");
    const wrong = wrongParamName(name.text);
    if (wrong !== undefined)
      throw formulaError(name.column, `a parameter cannot be called "${name.text}"`, `expected ${wrong}`);
    if (known.has(name.text)) throw formulaError(name.column, `"${name.text}" is declared twice`);
    expect('"="', ({ text }) => text === "=");
    const sign = takes("-") ? -1 : 1;
    const value = readNumber(
      expect("its value, a number", ({ kind }) => kind === "number"),
      sign,
    );
    const learnable = takes("learned");
    if (!learnable) takes("fixed");
    const scope =
      learnable && takes("per")
        ? (expect('"layer", "channel" or "unit"', ({ text }) => (scopes as readonly string[]).includes(text))
            .text as LearnedScope)
        : undefined;
    known.add(name.text);
    params.set(name.text, { default: value, learnable, ...(scope && { scope }) });
  } while (takes(","));
  expect('"learned", "fixed", ";" or the end', ({ kind }) => kind === "end");
}
