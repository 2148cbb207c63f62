/** The small subset of Python literals that an NPY header uses. Parsed by a grammar, never evaluated. */

export type PythonValue = string | boolean | number | null | readonly PythonValue[];

/** Limit on nesting of lists and tuples; structured dtypes need no more. */
const deepest = 16;

/**
 * Reads a dict literal whose keys are strings and whose values are strings (without escapes), True, False, None, whole numbers
 * (also `40L` or `np.int64(40)`), and tuples or lists of these. Throws what `fault` makes of a message: for anything else, for
 * duplicate keys, and for anything but white space after the dict.
 */
export function parsePythonDict(text: string, fault: (message: string) => Error): Map<string, PythonValue> {
  // A token: string, number, name, or one character of punctuation. Each match consumes at least one character. Python 2's long
  // ends with L.
  const tokens = /\s*(?:'([^'\\\n]*)'|"([^"\\\n]*)"|(\d+)L?|([A-Za-z_][\w.]*)|([{}()[\],:]))/y;
  let at = 0;
  let token: { kind: "text" | "number" | "name" | "mark" | "end"; value: string } = {
    kind: "end",
    value: "",
  };

  const advance = (): void => {
    tokens.lastIndex = at;
    const match = tokens.exec(text);
    if (match === null) {
      if (text.slice(at).trim() !== "") throw fault(`unexpected ${JSON.stringify(text.slice(at, at + 20))}`);
      token = { kind: "end", value: "the end" };
      return;
    }
    at = tokens.lastIndex;
    const [, single, double, number, name, mark] = match;
    const string = single ?? double;
    if (string !== undefined) token = { kind: "text", value: string };
    else if (number !== undefined) token = { kind: "number", value: number };
    else if (name !== undefined) token = { kind: "name", value: name };
    else token = { kind: "mark", value: mark! };
  };
  const is = (mark: string): boolean => token.kind === "mark" && token.value === mark;
  const take = (mark: string): void => {
    if (!is(mark)) throw fault(`expected "${mark}", got ${token.value.slice(0, 20)}`);
    advance();
  };

  const sequence = (close: string, depth: number): PythonValue => {
    const items: PythonValue[] = [];
    let commas = 0;
    while (!is(close)) {
      items.push(value(depth + 1));
      if (is(close)) break;
      take(",");
      commas++;
    }
    take(close);
    // (3) is a number in parentheses, (3,) a tuple.
    return close === ")" && items.length === 1 && commas === 0 ? items[0]! : items;
  };
  const value = (depth: number): PythonValue => {
    if (depth > deepest) throw fault("nested too deeply");
    const { kind, value: word } = token;
    if (is("(") || is("[")) {
      advance();
      return sequence(word === "(" ? ")" : "]", depth);
    }
    advance();
    if (kind === "text") return word;
    if (kind === "number") return Number(word);
    if (kind === "name" && word === "True") return true;
    if (kind === "name" && word === "False") return false;
    if (kind === "name" && word === "None") return null;
    if (kind === "name" && /^(np|numpy)\.u?int\d*$/.test(word) && is("(")) {
      advance();
      const number = value(depth + 1);
      take(")");
      if (typeof number === "number") return number;
    }
    throw fault(`expected a value, got ${word.slice(0, 20)}`);
  };

  const entries = new Map<string, PythonValue>();
  advance();
  take("{");
  while (!is("}")) {
    if (token.kind !== "text") throw fault(`expected a key in quotes, got ${token.value.slice(0, 20)}`);
    const key = token.value;
    if (entries.has(key)) throw fault(`the key "${key.slice(0, 20)}" appears twice`);
    advance();
    take(":");
    entries.set(key, value(0));
    if (!is("}")) take(",");
  }
  take("}");
  if (token.kind !== "end") throw fault(`expected the end, got ${token.value.slice(0, 20)}`);
  return entries;
}
