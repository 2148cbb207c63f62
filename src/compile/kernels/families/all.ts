import { conv } from "./conv.ts";
import type { Families } from "../family.ts";
import { pool } from "./pool.ts";
import { scatter, search } from "./scatter.ts";

/** Every family that layers bring along, for graphs made of ops instead of layers. */
export const allKernels: Families = { conv, pool, search, scatter };
