/** Checks the engine against reference data in the format "oracle-1". */
export { Entry, OracleCase, type OracleFile, OracleTensor, type ReadFile, readOracle } from "./oracle.ts";
export { type Subject, Tolerances, matchesGlob, oracleTolerances } from "./tolerance.ts";
export { type CaseResult, type Path, type VerifyOptions, verifyCases } from "./verify.ts";
export { subjectOf } from "./runners.ts";
