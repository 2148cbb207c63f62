/** Random formulas for property tests: well-formed ones, and texts that only resemble them. */
import fc from "fast-check";

const functions = "abs exp expm1 log log1p sqrt sin cos tanh sigmoid softplus relu erf".split(" ");
const catalogue =
  "gelu gelu_tanh silu mish elu selu leaky_relu hardswish softsign isru snake squared_relu".split(" ");
const numbers = ["0", "1", "2", "0.5", ".25", "3.7", "1e-3", "10", "pi"];

const leaf = fc.oneof(
  { weight: 4, arbitrary: fc.constant("x") },
  { weight: 1, arbitrary: fc.constantFrom("a", "b") },
  { weight: 2, arbitrary: fc.constantFrom(...numbers) },
);

const expression = fc.letrec<{ node: string; condition: string }>((tie) => {
  const node = tie("node");
  return {
    node: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.tuple(node, fc.constantFrom("+", "-", "*", "/"), node).map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      fc.tuple(node, fc.constantFrom("+", "-", "*", "/"), node).map(([a, sign, b]) => `${a} ${sign} ${b}`),
      fc.tuple(fc.constantFrom(...functions, ...catalogue), node).map(([name, a]) => `${name}(${a})`),
      fc.tuple(fc.constantFrom("min", "max"), node, node).map(([name, a, b]) => `${name}(${a}, ${b})`),
      fc.tuple(tie("condition"), node, node).map(([c, a, b]) => `where(${c}, ${a}, ${b})`),
      fc.tuple(node, fc.constantFrom("2", "3", "-1", "0.5", "1.5", "b", "7")).map(([a, n]) => `(${a})^${n}`),
      node.map((a) => `-${a}`),
    ),
    condition: fc
      .tuple(node, fc.constantFrom("<", "<=", ">", ">=", "==", "!="), node)
      .map(([a, sign, b]) => `${a} ${sign} ${b}`),
  };
}).node;

/** A formula that parses, unless it is too long, constant or 0/0 somewhere; parameters a (learned) and b. */
export const wellFormed: fc.Arbitrary<string> = expression.map((text) => {
  const params = [/\ba\b/.test(text) ? "a = 0.7 learned" : "", /\bb\b/.test(text) ? "b = 1.5" : ""];
  return [text, ...params.filter((param) => param !== "")].join("; ");
});

const signs =
  "x a + - * / ^ ( ) , < <= == != = ; . ' \" ` [ ] { } ? : ! & | ** => % # @ \\ $ _ ~ × − ² 𝒙 \u202e \u0000";
const words =
  "where( tanh( 1 0 1e99 1e-99 0x1f 1_0 .. 1.2.3 learned constructor __proto__ toString this new eval( x.constructor ${x}";
const scraps = [...signs.split(" "), ...words.split(" "), "x x", " ", "\n", "new Function", "import(1)"];

/** Text that is hardly ever a formula. */
export const garbage: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...scraps, ...functions), { maxLength: 30 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .constantFrom("(", "-", "tanh(", "x+", "x^", "where(x<0,")
    .chain((part) => fc.nat(600).map((count) => part.repeat(count) + "x")),
  // One character of a good formula replaced, or left out.
  fc.tuple(wellFormed, fc.nat(), fc.constantFrom("", ...scraps)).map(([text, at, scrap]) => {
    const place = at % text.length;
    return text.slice(0, place) + scrap + text.slice(place + 1);
  }),
);
