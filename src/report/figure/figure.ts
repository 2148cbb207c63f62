/** A figure as data; draw.ts makes an SVG of it, for the report and for the page. */
import type { Text } from "../../core/text.ts";

export interface Axis {
  readonly label: Text;
  readonly log?: boolean;
  /** Ends of the scale; by default those of what is drawn. */
  readonly from?: number;
  readonly to?: number;
  readonly percent?: boolean;
}

/** A name that is the same in both languages (relu), or a text. */
export type Name = string | Text;

/** x, y and, where there are several seeds, the least and greatest y. */
export type LinePoint =
  | readonly [x: number, y: number | null]
  | readonly [x: number, y: number | null, low: number, high: number];

export interface Series {
  readonly name: Name;
  readonly points: readonly LinePoint[];
  /** Broken: a reference, a theory. */
  readonly broken?: boolean;
}

/** Curves over x, with bands where points have a least and a greatest. */
export interface Lines {
  readonly kind: "lines";
  readonly title?: Text;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** A dot at each point: for few points. */
  readonly dots?: boolean;
  /** A level across, with its name. */
  readonly levels?: readonly { readonly at: number; readonly name: Name }[];
}

export interface Bar {
  readonly name: Name;
  readonly value: number | null;
  readonly low?: number;
  readonly high?: number;
  /** A value to hold it against, drawn as a mark. */
  readonly reference?: number | undefined;
}

/** Values side by side, one a name: lying bars. */
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

/** Values of a grid as shades; row 0 is at the top. */
export interface Heat {
  readonly kind: "heat";
  readonly title?: Text;
  readonly x: { readonly label: Text; readonly names: readonly Name[] };
  readonly y: { readonly label: Text; readonly names: readonly Name[] };
  readonly values: readonly (readonly (number | null)[])[];
  readonly from: number;
  readonly to: number;
  /** Write each value into its cell, in whole per cent that it reaches. */
  readonly percent?: boolean;
}

export type Panel = Lines | Bars | Points | Heat;

/** What stands side by side where there is room. */
export interface Figure {
  readonly caption: Text;
  readonly panels: readonly Panel[];
}
