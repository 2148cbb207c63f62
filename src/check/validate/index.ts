export {
  type UncheckedTensor,
  type ValidatedTensor,
  type Validation,
  type WrittenTensor,
  validate,
} from "./validate.ts";
export { interpretTraining } from "./trajectory.ts";
