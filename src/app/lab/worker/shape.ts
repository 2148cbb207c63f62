import { isFormula, parseActivation } from "../../../index.ts";
import type { ShapeCurve } from "./protocol.ts";

/** Range of a curve, and its number of points. */
const [FROM, TO, POINTS] = [-16, 16, 641];

/**
 * An activation's curve and derivative, from its record's float64 functions.
 * @throws ActigradError "option" for an unknown name, "formula" with the column
 */
export async function shapeOf(text: string): Promise<ShapeCurve | undefined> {
  const { activation: record, params } = parseActivation(text);
  if (record === undefined || params === undefined) return undefined; // several inputs: no curve
  const check = isFormula(record) ? (await import("./formula-check.ts")).checkFormula(record) : undefined;
  const x = Array.from({ length: POINTS }, (_, i) => FROM + ((TO - FROM) * i) / (POINTS - 1));
  return {
    x,
    f: x.map((at) => record.f(at, params)),
    slope: x.map((at) => record.dfdx(at, params)),
    kinks: record.kinks(params).filter((at) => at >= FROM && at <= TO),
    formula: check?.formula ?? record.formula,
    derivative: check?.derivative ?? "",
    notFinite: check?.notFinite.length ?? 0,
  };
}
