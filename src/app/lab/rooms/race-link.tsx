import type { ComponentChildren } from "preact";
import type { Experiment } from "../experiment.ts";
import { writeLink } from "../link.ts";
import { useLabState } from "../page/context.ts";

/** A link to the race, prepared. */
export function RaceLink({
  make,
  children,
}: {
  make: (software: boolean) => Experiment;
  children: ComponentChildren;
}) {
  const view = useLabState((state) => state.view);
  const software = useLabState(({ gpu }) => gpu.kind !== "ready" || gpu.adapter.software);
  const href = writeLink({ room: "race", view, focus: [0, 1], statement: "", experiment: make(software) });
  return (
    <a class="race-link" href={href}>
      {children}
    </a>
  );
}
