import type { SharedKernels } from "../target.ts";
import { matmul } from "./matmul.ts";

export const shared: SharedKernels = { matmul };
