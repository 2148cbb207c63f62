/** The page's state as the fragment of its address: versioned, and checked like anything that comes from outside. */
import * as v from "valibot";
import { ActigradError, unknownName } from "../../core/errors.ts";
import { toNumber } from "../../core/options.ts";
import { type Setup, checkSetup, readSetupOption, setupOptions } from "./setup.ts";

export const rooms = ["race", "inside", "space", "kernel", "statements"] as const;
export type Room = (typeof rooms)[number];

export const viewSchema = v.object({
  /** What the curves show. */
  y: v.picklist(["loss", "testLoss", "accuracy"] as const),
  x: v.picklist(["step", "seconds"] as const),
  logY: v.boolean(),
  logX: v.boolean(),
  /** Weight of the past in the moving average, 0 to 0.99. */
  smooth: v.pipe(v.number(), v.minValue(0), v.maxValue(0.99)),
  /** Each seed's own curve, faint. */
  raw: v.boolean(),
});
export type View = Readonly<v.InferOutput<typeof viewSchema>>;
export const defaultView: View = { y: "loss", x: "step", logY: true, logX: false, smooth: 0, raw: true };

export interface Link {
  readonly room: Room;
  readonly view: View;
  /** The two activations that Inside compares, by place; Space shows the first. */
  readonly focus: readonly [number, number];
  /** The statement that is shown, by its name; empty for the course's first page. */
  readonly statement: string;
  readonly setup: Setup;
}

/** Goes up when a reader of old links would misread new ones. */
const VERSION = "1";

export function writeLink({ room, view, focus, statement, setup }: Link): string {
  const params = new URLSearchParams({ v: VERSION, room });
  const { activations, ...plain } = setup;
  for (const [name, value] of Object.entries(plain)) params.set(name, String(value));
  for (const activation of activations) params.append("a", activation);
  params.set("y", view.y);
  params.set("x", view.x);
  params.set("log", `${view.logX ? "x" : ""}${view.logY ? "y" : ""}`);
  params.set("smooth", String(view.smooth));
  if (!view.raw) params.set("raw", "0");
  params.set("focus", focus.join());
  if (statement !== "") params.set("statement", statement);
  return `#${params.toString()}`;
}

/** All but the activations, of which each is a parameter of its own: formulas may hold commas. */
const plainOptions = (Object.keys(setupOptions) as (keyof Setup)[]).filter((name) => name !== "activations");
const known: readonly string[] = [
  ...plainOptions,
  "v",
  "room",
  "a",
  "y",
  "x",
  "log",
  "smooth",
  "raw",
  "focus",
  "statement",
];

const numbers = (list: string | null): number[] | undefined => list?.split(",").map(toNumber);
export type LinkReading =
  | { readonly kind: "none" }
  | { readonly kind: "link"; readonly link: Link }
  /** `what` names the part that is wrong. */
  | { readonly kind: "bad"; readonly what: string };

/** Reads what `writeLink` wrote. Whatever is missing is the default; whatever is wrong is said. */
export function readLink(hash: string, defaults: Setup): LinkReading {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  if ([...params].length === 0) return { kind: "none" };
  if (params.get("v") !== VERSION) return { kind: "bad", what: `v=${params.get("v") ?? ""}` };
  const one = (name: string): number | undefined => {
    const text = params.get(name);
    return text === null ? undefined : toNumber(text);
  };
  const log = params.get("log");
  const shown = {
    y: params.get("y") ?? undefined,
    x: params.get("x") ?? undefined,
    logX: log?.includes("x"),
    logY: log?.includes("y"),
    smooth: one("smooth"),
    raw: params.get("raw") !== "0",
  };
  const setup = readSetup(params, defaults);
  if (setup instanceof ActigradError) return { kind: "bad", what: setup.message };
  const view = v.safeParse(viewSchema, merge(defaultView, shown));
  if (!view.success) return { kind: "bad", what: complaint(view.issues[0]) };
  const room = rooms.find((name) => name === params.get("room")) ?? "race";
  const count = setup.activations.length;
  const [a = 0, b = 1] = (numbers(params.get("focus")) ?? []).map((i) => (i >= 0 && i < count ? i : 0));
  const focus = [Math.trunc(a), Math.min(Math.trunc(b), count - 1)] as const;
  const statement = /^[\w-]{1,60}$/.exec(params.get("statement") ?? "")?.[0] ?? "";
  return { kind: "link", link: { room, view: view.output, focus, statement, setup } };
}

/** What the parameters say, or what is wrong with them. */
function readSetup(params: URLSearchParams, defaults: Setup): Setup | ActigradError {
  try {
    for (const name of params.keys())
      if (!known.includes(name)) throw unknownName("part of a link", name, known);
    const given = plainOptions.flatMap((name) => {
      const text = params.get(name);
      return text === null ? [] : [[name, readSetupOption(name, text)] as const];
    });
    const activations = params.has("a") ? { activations: params.getAll("a") } : {};
    return checkSetup({ ...defaults, ...Object.fromEntries(given), ...activations });
  } catch (error) {
    if (error instanceof ActigradError) return error;
    throw error;
  }
}

const merge = <T extends object>(defaults: T, given: object): T => ({
  ...defaults,
  ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
});

/** `batch: expected ...` of valibot's first issue. */
export const complaint = (issue: v.BaseIssue<unknown>): string =>
  `${issue.path?.map(({ key }) => String(key)).join(".") ?? ""}: ${issue.message}`;
