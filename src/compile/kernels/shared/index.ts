import type { SharedKernels } from "../target.ts";
import { matmul } from "./matmul.ts";
import { product } from "./product.ts";
import { sharedCandidates } from "./tile.ts";

export const shared: SharedKernels = { matmul, product, candidates: sharedCandidates };
