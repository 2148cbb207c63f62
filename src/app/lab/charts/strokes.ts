/** How an activation's curves are stroked: its colour, and a dash that distinguishes it where colour does not. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { coloursOf } from "../../../report/colours.ts";
import { COLOURS, colourOf } from "../../../report/palette.ts";
import { useLabState } from "../page/context.ts";
import type { LabState } from "../page/state.ts";

const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3], [5, 2], [1, 2], [12, 4]];

export interface Stroke {
  /** Of CSS. */
  readonly colour: string;
  /** In CSS pixels; empty for a solid line. */
  readonly dash: readonly number[];
}

/** Names shown together in a part of the page; by default those of the race. */
export const Beside = createContext<readonly string[] | undefined>(undefined);

/** Names of the activations in the displayed race, and in the set-up of the next one. */
const racing = ({ results, setup }: LabState): readonly string[] => [
  ...new Set([...(results?.setup.activations ?? []), ...setup.activations]),
];

/** Six get a colour, pinned ones first. */
function placeOf(state: LabState, name: string, beside = racing(state)): number {
  const names = beside.includes(name) ? beside : [...beside, name];
  return coloursOf(names, state.pinned)[names.indexOf(name)]!;
}

/** @param hovered emphasised even if it is grey */
const strokeAt = (place: number, hovered: boolean): Stroke => ({
  colour: place >= COLOURS && hovered ? "var(--ink)" : colourOf(place),
  dash: dashes[place % dashes.length]!,
});

export const strokeOf = (state: LabState, name: string): Stroke =>
  strokeAt(placeOf(state, name), state.hovered === name);

export function useStroke(name: string): Stroke {
  const beside = useContext(Beside);
  const place = useLabState((state) => placeOf(state, name, beside));
  return strokeAt(
    place,
    useLabState(({ hovered }) => hovered === name),
  );
}

/** The value of a CSS variable with a colour, as a canvas takes it: rgb(r, g, b). */
export function canvasColour(variable: string, element: Element): string {
  const sample = document.createElement("span");
  sample.style.color = variable;
  element.append(sample);
  const { color } = getComputedStyle(sample);
  sample.remove();
  return color;
}
