export { type ValidatedTensor, type Validation, validate } from "./validate.ts";
export { interpretTraining } from "./trajectory.ts";
