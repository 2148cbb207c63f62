/** Columns of float32 that grow together, such as the losses of replicas, [replica][step]. */
export class Columns {
  #columns: Float32Array[];
  /** Rows so far. */
  count = 0;

  /** @param rows expected number; it grows if there are more */
  constructor(columns: number, rows = 0) {
    this.#columns = Array.from({ length: columns }, () => new Float32Array(rows));
  }

  /** Appends the same number of values to every column. */
  append(values: readonly Float32Array[]): void {
    const end = this.count + values[0]!.length;
    if (end > this.#columns[0]!.length) {
      this.#columns = this.#columns.map((before) => {
        const longer = new Float32Array(2 * end);
        longer.set(before);
        return longer;
      });
    }
    for (const [c, own] of values.entries()) this.#columns[c]!.set(own, this.count);
    this.count = end;
  }

  /** The rows before `end` (default: all), as views, not copies. */
  before(end = this.count): Float32Array[] {
    return this.#columns.map((column) => column.subarray(0, end));
  }
}
