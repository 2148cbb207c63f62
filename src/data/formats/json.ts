/**
 * A strict JSON reader (RFC 8259) for untrusted files. Unlike JSON.parse, it refuses duplicate keys, and it returns objects as
 * Maps, so that no name ("__proto__") is special. Linear in the text's length.
 */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** Limit on nesting, so that recursion cannot overflow the stack. */
const deepest = 64;

const words = [
  ["true", true],
  ["false", false],
  ["null", null],
] as const;
const numeral = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Makes an error from a message that ends with the position (characters from 0). */
type Fault = (message: string) => Error;

/** Reads one JSON value. Throws what `fault` makes. */
export function parseJson(text: string, fault: Fault): JsonValue {
  const reader = readerOf(text, fault);
  const result = reader.value(0);
  reader.end();
  return result;
}

/**
 * Reads text that begins with `{` and applies `made` to each member as soon as it is read, so that a long list of objects is
 * never kept whole. Throws what `fault` makes.
 */
export function parseMembers<T>(
  text: string,
  fault: Fault,
  made: (name: string, value: JsonValue) => T,
): Map<string, T> {
  const reader = readerOf(text, fault);
  const result = reader.members(made);
  reader.end();
  return result;
}

function readerOf(text: string, fault: Fault) {
  let at = 0;
  const skip = (): void => {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return;
      at++;
    }
  };
  const got = (): string => (at < text.length ? JSON.stringify(text.slice(at, at + 12)) : "the end");
  const expected = (what: string): Error => fault(`expected ${what}, got ${got()} at character ${at}`);

  const string = (what: string): string => {
    if (text[at] !== '"') throw expected(what);
    const start = at;
    do {
      at = text.indexOf('"', at + 1);
      if (at < 0) throw fault(`expected a closing quote for the string at character ${start}, got the end`);
    } while (isEscaped(text, at));
    at++;
    if (isPlain(text, start + 1, at - 1)) return text.slice(start + 1, at - 1);
    const value = unquote(text.slice(start, at));
    if (value === undefined)
      throw fault(`a control character or an unknown escape in the string at character ${start}`);
    if (/\p{Surrogate}/u.test(value))
      throw fault(`half of a surrogate pair in the string at character ${start}`);
    return value;
  };
  const object = <T>(depth: number, made: (name: string, value: JsonValue) => T): Map<string, T> => {
    const entries = new Map<string, T>();
    skip();
    if (text[at] === "}") {
      at++;
      return entries;
    }
    for (;;) {
      skip();
      const key = string("a name in quotes");
      if (entries.has(key)) throw fault(`the name ${JSON.stringify(key.slice(0, 60))} appears twice`);
      skip();
      if (text[at] !== ":") throw expected('":"');
      at++;
      entries.set(key, made(key, value(depth + 1)));
      if (text[at] === "}") break;
      if (text[at] !== ",") throw expected('"," or "}"');
      at++;
    }
    at++;
    return entries;
  };
  const array = (depth: number): JsonValue[] => {
    const items: JsonValue[] = [];
    skip();
    if (text[at] === "]") {
      at++;
      return items;
    }
    for (;;) {
      items.push(value(depth + 1));
      if (text[at] === "]") break;
      if (text[at] !== ",") throw expected('"," or "]"');
      at++;
    }
    at++;
    return items;
  };
  const value = (depth: number): JsonValue => {
    if (depth > deepest) throw fault(`more than ${deepest} levels of nesting at character ${at}`);
    skip();
    const result = plain(depth);
    skip();
    return result;
  };
  /** Fast path for whole numbers of up to 15 digits, most numbers in headers; -1 leaves the rest to the full grammar. */
  const shortWhole = (): number => {
    let number = 0;
    let end = at;
    for (; end - at < 16; end++) {
      const digit = text.charCodeAt(end) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      number = number * 10 + digit;
    }
    const next = text[end];
    const leadingZero = text[at] === "0" && end - at > 1;
    if (end === at || end - at > 15 || leadingZero || next === "." || next === "e" || next === "E") return -1;
    at = end;
    return number;
  };
  const plain = (depth: number): JsonValue => {
    const first = text[at];
    if (first === '"') return string("a string");
    if (first === "{" || first === "[") {
      at++;
      return first === "{" ? object(depth, asItIs) : array(depth);
    }
    const short = shortWhole();
    if (short >= 0) return short;
    for (const [word, meaning] of words) {
      if (!text.startsWith(word, at)) continue;
      at += word.length;
      return meaning;
    }
    numeral.lastIndex = at;
    const number = numeral.exec(text)?.[0];
    if (number === undefined) throw expected("a value");
    at += number.length;
    return Number(number);
  };

  const end = (): void => {
    if (at < text.length) throw expected("the end");
  };
  const members = <T>(made: (name: string, value: JsonValue) => T): Map<string, T> => {
    at++;
    const entries = object(0, made);
    skip();
    return entries;
  };
  return { value, members, end };
}

const asItIs = (_: string, value: JsonValue): JsonValue => value;

/** Whether the text from `start` to before `end` is literal: ASCII without escapes and control characters. */
function isPlain(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code > 126 || code === 92) return false;
  }
  return true;
}

/** Whether the quote at `at` is part of its string: an odd number of backslashes stands before it. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text[start - 1] === "\\") start--;
  return (at - start) % 2 === 1;
}

/** The value of a quoted string literal, or undefined if invalid. JSON.parse handles the escapes. */
function unquote(literal: string): string | undefined {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}
