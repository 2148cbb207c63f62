/** What the suite language is asked for and what it gives. */
export interface LanguageOptions {
  readonly activations: readonly string[];
  /** The path of a text. */
  readonly text: string;
  /** The setting has 1,000 steps; fewer are the first of them. */
  readonly steps: number;
  /** Seeds of the weights, one replica each. */
  readonly seeds: readonly number[];
}

/** Bits per character of the held-out text, a value per seed. */
export interface LanguageScore {
  readonly step: number;
  readonly bits: readonly number[];
}

export interface LanguageRow {
  readonly name: string;
  readonly parameters: number;
  readonly scores: readonly LanguageScore[];
  /** Seconds of the training alone, all seeds together. */
  readonly seconds: number;
  readonly steps: number;
  /** What the first seed's network writes. */
  readonly sample: string;
}

export interface LanguageResult extends LanguageOptions {
  readonly vocabulary: number;
  readonly trainTokens: number;
  readonly heldOutTokens: number;
  readonly rows: readonly LanguageRow[];
}
