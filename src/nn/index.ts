export { activate } from "./activate.ts";
export { type Initializer, glorotUniform, heNormal, lecunNormal, zeros } from "./init.ts";
export { type Layer, type Parameter, type ParameterView } from "./layer.ts";
export { linear } from "./linear.ts";
export { type Loss, crossEntropy, mse } from "./loss.ts";
export { type MlpSpec, mlp, parseActivation } from "./mlp.ts";
export { type Model, sequential } from "./sequential.ts";
