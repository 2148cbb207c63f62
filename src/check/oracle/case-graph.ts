import { ActigradError } from "../../core/errors.ts";
import { type Shape, elements } from "../../core/shape.ts";
import type { HostArray } from "../../device/layout.ts";
import { Graph, type Node } from "../../graph/graph.ts";
import { grad } from "../../graph/grad.ts";
import { mul } from "../../graph/ops/pointwise.ts";
import { sum } from "../../graph/ops/reduce.ts";
import { data, state } from "../../graph/ops/source.ts";
import type { OracleCase, OracleTensor } from "./oracle.ts";

/** A tensor's values as float32; the oracle's float inputs are float32 numbers in any case. */
export const floats = ({ data }: OracleTensor): Float32Array => Float32Array.from(data);

/** The graph of an op's case while it is built, and the starting values of its inputs. */
export class CaseGraph {
  readonly graph = new Graph();
  readonly start = new Map<string, HostArray>();
  readonly #case: OracleCase;

  constructor(oracleCase: OracleCase) {
    this.#case = oracleCase;
  }

  /** The shape and values of an input. @throws ActigradError "format" if the case has no input of this name */
  input(name: string): OracleTensor {
    return this.#case.tensor("in", name);
  }

  /** Adds an input as data, viewed as `shape`. `values`: the input's values if they need another layout. */
  data(name: string, shape: Shape, values: HostArray = floats(this.input(name))): Node {
    this.#set(name, shape, values);
    return data(this.graph, name, shape);
  }

  /** Class numbers as u32. A negative number becomes the u32 with the same bits. */
  labels(name: string, shape: Shape): Node {
    this.#set(name, shape, Uint32Array.from(this.input(name).data));
    return data(this.graph, name, shape, "u32");
  }

  /** Adds a learned tensor. */
  state(name: string, shape: Shape, values: Float32Array): Node {
    this.#set(name, shape, values);
    return state(this.graph, name, shape);
  }

  /** The gradient of sum(gy y), with the case's gy, by automatic differentiation as in training. */
  gradient(y: Node, wrt: Node): Node {
    const known = this.graph.nodes.find((node) => node.label === "gy");
    const axes = y.shape.flatMap((_, axis) => (axis === 0 ? [] : [axis]));
    const loss = sum(mul(y, known ?? this.data("gy", y.shape)), axes);
    const [gradient] = grad(loss, [wrt]);
    if (gradient === undefined)
      throw new ActigradError("plan", `${this.#case.where}: ${wrt.label} has no gradient`);
    return gradient;
  }

  #set(name: string, shape: Shape, values: HostArray): void {
    if (values.length !== elements(shape)) {
      throw new ActigradError(
        "format",
        `${this.#case.where}: ${name} has ${values.length} values, [${shape.join(",")}] needs ${elements(shape)}`,
      );
    }
    this.start.set(name, values);
  }
}
