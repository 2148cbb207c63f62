export { type FormulaParam, formula, isFormula } from "./formula.ts";
export {
  type Disagreement,
  type FormulaCheck,
  type NotFinite,
  checkFormula,
  describeCheck,
} from "./check.ts";
export { printExpr } from "./print.ts";
