/** How a learning rate changes with the steps: a function, evaluated in float64 on the host, once a step. */
export interface Schedule {
  readonly name: string;
  /** The learning rate of a step, counted from 0. @param base the optimizer's own */
  lr(base: number, step: number, replica: number): number;
  /** The momentum (of the adam family beta1) of a step, where the schedule changes that too. */
  momentum?(base: number, step: number): number;
  /** What a schedule that follows the training has seen: given after each evaluation, kept in checkpoints. */
  readonly watch?: Watch;
}

/** The memory of a schedule that looks at how training goes. */
export interface Watch {
  /** Told the loss of an evaluation, one per replica. */
  observe(losses: readonly number[]): void;
  /** Back to the start. */
  reset(): void;
  /** All that it remembers, as JSON. */
  save(): readonly (readonly number[])[];
  /** @throws ActigradError "format" for what `save` did not give */
  restore(saved: unknown): void;
}
