/** The tables of a certificate, for terminal and report alike. */
import { type Cell, type Table, bad, cell, none } from "../../report/table.ts";
import { absoluteText, floatText, preciseText, stepsText, ulpText, xText } from "./numbers.ts";
import { type CaseResult, type FormResult, type Sample, type Worst, shareOfNearZero } from "./result.ts";

const place = (at: Sample | null): Cell => (at === null ? none : cell(xText(at.x)));

/** A largest error and its position. */
const worstCells = ({ error, at }: Worst, most: number): Cell[] => [
  bad(ulpText(error), !(error <= most)),
  place(at),
];

/** Ours: a row per case, with its verdict. */
export function ourTable(cases: readonly CaseResult[]): Table {
  const rows = cases.map((one): Cell[] => {
    const { id, goals, webnn, ours, missed, scaled, surrogate } = one;
    const kind = [surrogate === true ? "surrogate" : [], scaled === true ? "scaled" : []].flat();
    const { f, slope } = ours;
    const zero = shareOfNearZero(one);
    const finite = f.broken.count + slope.broken.count === 0;
    return [
      cell(id),
      missed.length === 0 ? cell("met", "good") : bad("MISSED"),
      ...worstCells(f.ulp, goals.forward),
      cell(String(goals.forward)),
      webnn === null ? none : bad(`${stepsText(f.steps)} of ${webnn}`, !(f.steps <= webnn)),
      ...worstCells(slope.ulp, goals.slope),
      cell(String(goals.slope)),
      zero === undefined ? none : bad(zero.toFixed(2), !(zero <= 1)),
      finite ? cell("yes") : bad("no"),
      kind.length === 0 ? none : cell(kind.join(", ")),
    ];
  });
  return {
    title: "Our forms",
    heading: [
      "activation",
      "verdict",
      "f ulp",
      "at x",
      "goal",
      "WebNN",
      "f' ulp",
      "at x",
      "goal",
      "near 0",
      "finite",
      "remark",
    ],
    rows,
    notes: [
      "Largest errors within |x| ≤ 10, in ulp of the true value, and where they occur. f' as training computes it, from " +
        "the x or the float32 y that it saves.",
      "WebNN: steps from the nearest float32, out of those that WebNN's conformance tests allow. near 0: the largest absolute " +
        "error of f' near its zeros, as a fraction of the 2⁻²² allowed there. finite: no NaN or infinity over all of " +
        "float32 where the true value has none.",
      "surrogate: f' is deliberately not the derivative, and the kernel is compared with that function. " +
        "scaled: where terms cancel, errors are in ulp of the terms' size times the effect of rounding an argument " +
        "(the record's condition).",
    ],
  };
}

/** Where a form first gives NaN or infinity: `NaN at 89`. */
function firstBroken(f: FormResult, slope: FormResult): Cell {
  const found = [
    { name: "f", first: f.broken.first },
    { name: "f'", first: slope.broken.first },
  ].filter(({ first }) => first !== null);
  if (found.length === 0) return cell("yes");
  const [near] = found.toSorted((a, b) => Math.abs(a.first!.x) - Math.abs(b.first!.x));
  const { name, first } = near!;
  return bad(`${found.length === 2 ? "f, f'" : name} ${first!.got} from x = ${xText(first!.x)}`);
}

/** The textbook forms, with WGSL's built-ins. */
export function textbookTable(cases: readonly CaseResult[]): Table | undefined {
  const known = cases.filter(({ textbook }) => textbook !== null);
  if (known.length === 0) return undefined;
  const cells = ({ ulp, absolute }: FormResult, most: number): Cell[] => [
    ...worstCells(ulp, most),
    cell(absoluteText(absolute.error)),
    place(absolute.at),
  ];
  return {
    title: "The same functions in textbook form, with WGSL's built-ins",
    heading: ["activation", "finite", "f ulp", "at x", "abs.", "at x", "f' ulp", "at x", "abs.", "at x"],
    rows: known.map(({ id, goals, textbook }) => {
      const { f, slope } = textbook!;
      return [cell(id), firstBroken(f, slope), ...cells(f, goals.forward), ...cells(slope, goals.slope)];
    }),
    notes: [
      "Within |x| ≤ 10; finite: over all of float32; abs.: absolute error. Activations missing here need no form other than the " +
        "textbook's.",
    ],
  };
}

/** Details: actual and expected values where the errors are largest. */
export function samplesTable(cases: readonly CaseResult[]): Table {
  const full = (worst: Worst): Cell[] =>
    worst.at === null
      ? [none, none, none]
      : [floatText(worst.at.x), floatText(worst.at.got), preciseText(worst.at.want)].map((text) =>
          cell(text),
        );
  return {
    title: "Where our errors are largest",
    heading: ["activation", "f at x", "got", "want", "f' at x", "got", "want"],
    rows: cases.map(({ id, ours }) => [cell(id), ...full(ours.f.ulp), ...full(ours.slope.ulp)]),
    notes: [],
  };
}
