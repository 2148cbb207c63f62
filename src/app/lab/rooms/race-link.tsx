import type { ComponentChildren } from "preact";
import type { Setup } from "../setup.ts";
import { writeLink } from "../link.ts";
import { useLabState } from "../page/context.ts";

/** A link to the prepared race. */
export function RaceLink({
  make,
  children,
}: {
  make: (software: boolean) => Setup;
  children: ComponentChildren;
}) {
  const view = useLabState((state) => state.view);
  const software = useLabState(({ gpu }) => gpu.kind !== "ready" || gpu.adapter.software);
  const contest = useLabState((state) => state.contest);
  const setup = make(software);
  const href = writeLink({ room: "race", view, focus: [0, 1], statement: "", contest, setup });
  return (
    <a class="race-link" href={href}>
      {children}
    </a>
  );
}
