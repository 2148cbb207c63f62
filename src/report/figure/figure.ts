/** A figure as data; draw.ts turns it into SVG, for the report and for the page. */
import type { Text } from "../../core/text.ts";

export interface Axis {
  readonly label: Text;
  readonly log?: boolean;
  /** Ends of the scale; by default those of the data. */
  readonly from?: number;
  readonly to?: number;
  readonly percent?: boolean;
}

/** A name that is the same in both languages (relu), or a text. */
export type Name = string | Text;

/** x, y and, with several seeds, minimum and maximum y. */
export type LinePoint =
  | readonly [x: number, y: number | null]
  | readonly [x: number, y: number | null, low: number, high: number];

export interface Series {
  readonly name: Name;
  readonly points: readonly LinePoint[];
  /** Broken: a reference, a theory. */
  readonly broken?: boolean;
}

/** Curves over x, with bands for points that have a minimum and a maximum. */
export interface Lines {
  readonly kind: "lines";
  readonly title?: Text;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** A dot at each point, for few points. */
  readonly dots?: boolean;
  /** A horizontal reference line, with its name. */
  readonly levels?: readonly { readonly at: number; readonly name: Name }[];
}

export interface Bar {
  readonly name: Name;
  readonly value: number | null;
  readonly low?: number;
  readonly high?: number;
  /** A reference value, drawn as a mark. */
  readonly reference?: number | undefined;
}

/** Values side by side, one per name: horizontal bars. */
export interface Bars {
  readonly kind: "bars";
  readonly title?: Text;
  readonly value: Axis;
  readonly bars: readonly Bar[];
  readonly levels?: readonly { readonly at: number; readonly name: Name }[];
}

/** Points of the plane in groups (classes). */
export interface Points {
  readonly kind: "points";
  readonly title?: Text;
  readonly x: Axis;
  readonly y: Axis;
  readonly groups: readonly {
    readonly name: Name;
    readonly points: readonly (readonly [number, number])[];
  }[];
}

/** Grid values as shades; row 0 is at the top. */
export interface Heat {
  readonly kind: "heat";
  readonly title?: Text;
  readonly x: { readonly label: Text; readonly names: readonly Name[] };
  readonly y: { readonly label: Text; readonly names: readonly Name[] };
  readonly values: readonly (readonly (number | null)[])[];
  readonly from: number;
  readonly to: number;
  /** Write each value into its cell, as a rounded percentage. */
  readonly percent?: boolean;
}

export type Panel = Lines | Bars | Points | Heat;

/** Panels shown side by side if there is room. */
export interface Figure {
  readonly caption: Text;
  readonly panels: readonly Panel[];
}
