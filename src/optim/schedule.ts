/** A learning rate as a function of the step, evaluated in float64 on the host, once per step. */
export interface Schedule {
  readonly name: string;
  /** The learning rate of a step, counted from 0. @param base the optimizer's own */
  lr(base: number, step: number, replica: number): number;
  /** The momentum (beta1 of the adam family) of a step, if the schedule changes that too. */
  momentum?(base: number, step: number): number;
  /** For a schedule that follows the training: what it has seen, passed after each evaluation and kept in checkpoints. */
  readonly watch?: Watch;
}

/** The memory of a schedule that follows the training. */
export interface Watch {
  /** Takes the losses of an evaluation, one per replica. */
  observe(losses: readonly number[]): void;
  /** Resets it. */
  reset(): void;
  /** Its whole memory, as JSON. */
  save(): readonly (readonly number[])[];
  /** @throws ActigradError "format" for anything but a result of `save` */
  restore(saved: unknown): void;
}
