/** The page's state as the fragment of its address: versioned, and checked like any outside data. */
import { ActigradError, unknownName } from "../../core/errors.ts";
import {
  type OptionTable,
  type OptionValues,
  checkOptions,
  readOption,
  toNumber,
} from "../../core/options.ts";
import { type ContestChoice, contestChoices, usualChoice } from "./contest-choice.ts";
import { type Setup, checkSetup, readSetupOption, setupOptions } from "./setup.ts";

export const rooms = ["race", "inside", "space", "kernel", "contest", "statements"] as const;
export type Room = (typeof rooms)[number];
/** The rooms other than Race, which have no set-up and controls of the race. */
export const isApart = (room: Room): boolean => room === "contest" || room === "statements";

/** How a race is viewed. */
const viewOptions = {
  y: {
    kind: "word",
    choices: ["loss", "testLoss", "accuracy", "rmse"],
    default: "loss",
    doc: "what the curves show (default: accuracy for classes, error for values)",
  },
  x: { kind: "word", choices: ["step", "seconds"], default: "step" },
  logY: { kind: "flag", default: true },
  logX: { kind: "flag", default: false },
  smooth: {
    kind: "number",
    min: 0,
    max: 0.99,
    default: 0,
    doc: "weight of the past in the moving average",
  },
  raw: { kind: "flag", default: true, doc: "each seed's own curve, faint" },
} as const satisfies OptionTable;

export type View = OptionValues<typeof viewOptions>;
export const defaultView: View = checkOptions("view", viewOptions, {});

/** What can be shown for classes, and for values. */
export const shownBy = (kind: "classes" | "values"): readonly View["y"][] => [
  "loss",
  "testLoss",
  kind === "classes" ? "accuracy" : "rmse",
];

/** The view, limited to what can be shown. */
export const viewOf = (view: View, kind: "classes" | "values"): View => {
  const ys = shownBy(kind);
  return ys.includes(view.y) ? view : { ...view, y: ys.at(-1)! };
};

export interface Link {
  readonly room: Room;
  readonly view: View;
  /** The two activations that Inside compares, by place; Space shows the first. */
  readonly focus: readonly [number, number];
  /** The name of the displayed statement; empty for the course's first page. */
  readonly statement: string;
  readonly contest: ContestChoice;
  readonly setup: Setup;
}

/** Increases when a reader of old links would misread new ones. */
const VERSION = "1";

export function writeLink({ room, view, focus, statement, contest, setup }: Link): string {
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
  for (const name of contestNames)
    if (String(contest[name]) !== String(usualChoice[name])) params.set(name, String(contest[name]));
  return `#${params.toString()}`;
}

/** All but the activations, each of which has its own parameter, because formulas may contain commas. */
const plainOptions = (Object.keys(setupOptions) as (keyof Setup)[]).filter((name) => name !== "activations");
const contestNames = Object.keys(contestChoices) as (keyof ContestChoice)[];
const known: readonly string[] = [
  ...plainOptions,
  ...contestNames,
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
  /** `what` names the faulty part. */
  | { readonly kind: "bad"; readonly what: string };

/** Reads what `writeLink` wrote. Missing parts get defaults; faulty parts are reported. */
export function readLink(hash: string, defaults: Setup): LinkReading {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  if ([...params].length === 0) return { kind: "none" };
  if (params.get("v") !== VERSION) return { kind: "bad", what: `v=${params.get("v") ?? ""}` };
  try {
    return { kind: "link", link: linkOf(params, defaults) };
  } catch (error) {
    if (error instanceof ActigradError) return { kind: "bad", what: error.message };
    throw error;
  }
}

/** @throws ActigradError "option" that names the faulty part */
function linkOf(params: URLSearchParams, defaults: Setup): Link {
  const smooth = params.get("smooth");
  const log = params.get("log");
  const view = checkOptions("view", viewOptions, {
    y: params.get("y") ?? undefined,
    x: params.get("x") ?? undefined,
    logX: log?.includes("x"),
    logY: log?.includes("y"),
    smooth: smooth === null ? undefined : toNumber(smooth),
    raw: params.get("raw") !== "0",
  });
  const setup = readSetup(params, defaults);
  const room = rooms.find((name) => name === params.get("room")) ?? "race";
  const count = setup.activations.length;
  const [a = 0, b = 1] = (numbers(params.get("focus")) ?? []).map((i) => (i >= 0 && i < count ? i : 0));
  const focus = [Math.trunc(a), Math.min(Math.trunc(b), count - 1)] as const;
  const statement = /^[\w-]{1,60}$/.exec(params.get("statement") ?? "")?.[0] ?? "";
  return { room, view, focus, statement, contest: readContest(params), setup };
}

/** @throws ActigradError "option" */
function readContest(params: URLSearchParams): ContestChoice {
  const given = contestNames.flatMap((name) => {
    const text = params.get(name);
    return text === null
      ? []
      : [[name, readOption(`contest: ${name}`, contestChoices[name], text, ",")] as const];
  });
  return checkOptions("contest", contestChoices, Object.fromEntries(given));
}

/** @throws ActigradError "option" */
function readSetup(params: URLSearchParams, defaults: Setup): Setup {
  for (const name of params.keys())
    if (!known.includes(name)) throw unknownName("part of a link", name, known);
  const given = plainOptions.flatMap((name) => {
    const text = params.get(name);
    return text === null ? [] : [[name, readSetupOption(name, text)] as const];
  });
  const activations = params.has("a") ? { activations: params.getAll("a") } : {};
  return checkSetup({ ...defaults, ...Object.fromEntries(given), ...activations });
}
