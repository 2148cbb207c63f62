import type { ComponentType } from "preact";
import type { Room } from "../link.ts";

/** Rooms other than the first are loaded when they are entered. */
export const laterRooms: Readonly<Record<Exclude<Room, "race">, () => Promise<{ default: ComponentType }>>> =
  {
    inside: () => import("../rooms/inside.tsx"),
    space: () => import("../rooms/space.tsx"),
    kernel: () => import("../rooms/kernel.tsx"),
    contest: () => import("../rooms/contest.tsx"),
    statements: () => import("../rooms/statements.tsx"),
  };
