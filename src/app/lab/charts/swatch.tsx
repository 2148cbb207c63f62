import { useStroke } from "./strokes.ts";

/** A short piece of an activation's line, for tables and lists. */
export function Swatch({ name }: { name: string }) {
  const { colour, dash } = useStroke(name);
  return (
    <svg class="swatch" width="34" height="10" viewBox="0 0 34 10" aria-hidden="true">
      <line
        x1="1"
        x2="33"
        y1="5"
        y2="5"
        style={{ stroke: colour }}
        stroke-width="3"
        stroke-dasharray={dash.join(" ")}
      />
    </svg>
  );
}
