/** A text in the languages of reports and page. */
export interface Text {
  readonly en: string;
  readonly ko: string;
}

/** A language of reports and page. */
export type Language = keyof Text;
