/** The page's state and its actions. Components draw the state; the worker's events and visitors change it. */
import type { ErrorRecord } from "../../../host/job.ts";
import { type ContestChoice, usualChoice } from "../contest-choice.ts";
import { type Setup, commandLine, defaultSetup, sameSetup } from "../setup.ts";
import type { Dictionary } from "../i18n/index.ts";
import { type Link, type Room, type View, defaultView, isApart, readLink } from "../link.ts";
import { missingFiles } from "../data/drop.ts";
import { type Point, withPoints } from "../data/spline-points.ts";
import { grownGrid } from "../data/grow.ts";
import { type KeptRace, forget, resultsOf } from "../data/keep.ts";
import { RaceResults } from "../data/results.ts";
import type { Event, RaceRequest, Request, Watch } from "../worker/protocol.ts";
import { percent, short, whole } from "../charts/format.ts";
import { Restarts } from "../../../host/restarts.ts";
import { LiveWorker } from "./live-worker.ts";
import { OwnRace } from "./own-race.ts";
import { Painter } from "./painter.ts";
import type { LabState } from "./state.ts";
import { Store } from "./store.ts";

/** Milliseconds between two drawings: on a software adapter, drawing slows the training. */
const DRAW_MS = { software: 200, hardware: 33 } as const;

/** Milliseconds without movement after which a bent curve is checked. */
const BENT_MS = 300;

/** What a link to a race needs and is not dropped yet, reported at once. */
function wantedFile(link: Link | undefined, words: Dictionary): string {
  const [missing] = link === undefined || isApart(link.room) ? [] : missingFiles(link.setup.dataset, []);
  return missing === undefined ? "" : words.setup.needFiles(missing);
}

export class Lab {
  readonly state: Store<LabState>;
  readonly #worker: LiveWorker;
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #painter = new Painter(() => this.#drawMs);
  #run = 0;
  /** The request of the run in progress; undefined before the first. */
  #running: RaceRequest | undefined;
  /** Whether the visitor, or a link, has chosen anything. */
  touched: boolean;
  readonly #own = new OwnRace();
  readonly #restarts = new Restarts();
  /** What continues as soon as there is a GPU again. */
  #interrupted: RaceRequest | undefined;
  #watch: Watch | null = null;
  #bending: ReturnType<typeof setTimeout> | undefined;
  /** Once it is known what was stored. */
  readonly #restored: Promise<void>;

  constructor(words: Dictionary) {
    const reading = readLink(location.hash, defaultSetup(true));
    const link = reading.kind === "link" ? reading.link : undefined;
    this.touched = link !== undefined;
    this.state = new Store<LabState>({
      words,
      room: link?.room ?? "race",
      gpu: { kind: "looking" },
      catalogue: undefined,
      setup: link?.setup ?? defaultSetup(true),
      view: link?.view ?? defaultView,
      focus: link?.focus ?? [0, 1],
      rate: undefined,
      hovered: undefined,
      pinned: [],
      statement: link?.statement ?? "",
      contest: link?.contest ?? usualChoice,
      files: [],
      shapes: new Map(),
      status: "idle",
      results: undefined,
      error: undefined,
      notice: reading.kind === "bad" ? words.status.badLink(reading.what) : wantedFile(link, words),
      others: [],
      pace: 0,
      untilSettled: false,
    });
    this.#worker = new LiveWorker((event) => this.#take(event));
    for (const text of this.state.value.setup.activations) this.askShape(text);
    this.#restored = this.#restore();
  }

  send(request: Request): void {
    this.#worker.send(request);
  }

  onEvent(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `paint` when there is something new to draw, but not too often. */
  onPaint(paint: () => void): () => void {
    return this.#painter.add(paint);
  }

  get #drawMs(): number {
    const { gpu } = this.state.value;
    return gpu.kind === "ready" && !gpu.adapter.software ? DRAW_MS.hardware : DRAW_MS.software;
  }

  // Actions of visitors

  edit(part: Partial<Setup>): void {
    this.touched = true;
    const { setup, focus } = this.state.value;
    const edited = { ...setup, ...part };
    const last = edited.activations.length - 1;
    const within = focus.map((i) => Math.min(i, last)) as [number, number];
    this.state.patch({ setup: edited, focus: within });
    for (const text of edited.activations) this.askShape(text);
  }

  compete(part: Partial<ContestChoice>): void {
    this.touched = true;
    this.state.patch({ contest: { ...this.state.value.contest, ...part } });
  }

  /** The command that trains what the page is set up for. */
  commandLine(): string {
    const { setup, results } = this.state.value;
    const known = results !== undefined && sameSetup(results.setup, setup);
    return commandLine(known ? { ...setup, dataset: results.facts.dataset } : setup);
  }

  look(part: Partial<View>): void {
    this.state.patch({ view: { ...this.state.value.view, ...part } });
  }

  /** Gives an activation a colour before others, or takes it back. */
  pin(name: string): void {
    const { pinned } = this.state.value;
    const others = pinned.filter((other) => other !== name);
    this.state.patch({ pinned: others.length < pinned.length ? others : [name, ...pinned] });
  }

  go(room: Room): void {
    this.state.patch({ room });
  }

  /** Shows a page of the course. */
  study(statement: string): void {
    this.touched = true; // the address names it
    this.state.patch({ room: "statements", statement });
  }

  /** Whether the networks of the displayed race still exist: not those of a recorded one, or of an earlier visit. */
  get live(): boolean {
    return this.#running !== undefined;
  }

  /** Whether the displayed set-up differs from the running one. */
  get changed(): boolean {
    const { setup, files } = this.state.value;
    const running = this.#running;
    return running === undefined || !sameSetup(running.setup, setup) || running.files !== files;
  }

  toggle(): void {
    if (this.state.value.status === "running" && !this.changed) this.send({ kind: "pause" });
    else this.play();
  }

  play(): void {
    if (!this.#begin()) return;
    if (this.state.value.status === "done") {
      this.reset();
      if (!this.#begin()) return; // a bent curve needs a new preparation
    }
    this.send({ kind: "play" });
  }

  step(): void {
    if (this.#begin()) this.send({ kind: "step" });
  }

  /** Moves the points of a spline; networks that use it continue training with the new ones. */
  bend(place: number, points: readonly Point[]): void {
    const { setup, results, words } = this.state.value;
    const goesOn = !this.changed && results !== undefined;
    const text = withPoints(setup.activations[place]!, points);
    const activations = setup.activations.map((old, i) => (i === place ? text : old));
    this.touched = true;
    if (goesOn) {
      this.#running = { ...this.#running!, setup: { ...setup, activations } };
      results.bend(place, text);
      this.send({ kind: "bend", runner: place, points: points.flat() });
    }
    const said = goesOn && results.step > 0 ? { notice: words.bend.live } : {};
    this.state.patch({ setup: { ...setup, activations }, ...said });
    clearTimeout(this.#bending);
    this.#bending = setTimeout(() => this.askShape(text), BENT_MS);
    this.#painter.paint();
  }

  reset(): void {
    if (this.#running === undefined) return this.#clear();
    if (this.changed || this.state.value.results?.bentAt !== undefined) {
      this.send({ kind: "pause" });
      this.#running = undefined;
      this.#run++; // results still under way no longer matter
    } else this.send({ kind: "reset", run: ++this.#run });
    this.#clear();
  }

  #clear(): void {
    this.state.patch({ status: "idle", results: undefined, error: undefined, notice: "" });
  }

  pace(stepsPerSecond: number): void {
    this.state.patch({ pace: stepsPerSecond });
    this.send({ kind: "pace", stepsPerSecond });
  }

  watch(watch: Watch | null): void {
    this.#watch = watch;
    this.send({ kind: "watch", watch });
  }

  askShape(text: string): void {
    if (!this.state.value.shapes.has(text)) this.send({ kind: "shape", text });
  }

  /** Makes the worker ready for the displayed set-up. False if that is impossible. */
  #begin(): boolean {
    const { gpu, setup, files, words } = this.state.value;
    if (gpu.kind !== "ready") return false;
    const [missing] = missingFiles(setup.dataset, files);
    if (missing !== undefined) {
      this.state.patch({ notice: words.setup.needFiles(missing) });
      return false;
    }
    if (!this.changed) return true;
    const { last } = this.#own;
    const goesOn = this.state.value.status === "kept" && last !== undefined && sameSetup(last.setup, setup);
    this.#prepare({ setup, files }, goesOn ? last : undefined);
    return true;
  }

  /** @param kept what it resumes from, unless that is complete */
  #prepare(request: RaceRequest, kept: KeptRace | undefined): void {
    const before = kept && resultsOf(kept);
    const results = before?.complete === false ? before : undefined;
    this.#running = request;
    this.state.patch({ status: "preparing", results, error: undefined, notice: "" });
    const snapshot = results === undefined ? {} : { snapshot: kept!.snapshot };
    this.send({ kind: "prepare", run: ++this.#run, ...request, ...snapshot });
  }

  /** Shows a stored race; Play resumes it. */
  showKept(race: KeptRace): void {
    this.#own.last = race;
    this.touched = true;
    this.#display("kept", resultsOf(race));
  }

  /** Deletes the stored race of another tab. */
  async forget(race: KeptRace): Promise<void> {
    await forget(race);
    this.state.patch({ others: this.state.value.others.filter(({ name }) => name !== race.name) });
  }

  /** Shows a race from a file. @throws Error that says what is wrong with it */
  async show(file: unknown): Promise<void> {
    const { readRace } = await import("../data/race-file.ts");
    this.#display("recorded", readRace(file));
  }

  /** Shows results whose networks do not exist. */
  #display(status: "kept" | "recorded", results: RaceResults): void {
    this.send({ kind: "pause" });
    this.#running = undefined;
    this.#run++;
    const { setup } = results;
    this.state.patch({ status, results, setup, error: undefined, notice: "" });
    for (const text of setup.activations) this.askShape(text);
    this.#painter.paint();
  }

  // Events of the worker

  #take(event: Event): void {
    const { state } = this;
    if (event.kind === "catalogue") state.patch({ catalogue: event.catalogue });
    else if (event.kind === "adapter") {
      const { software } = event.adapter;
      state.patch({ gpu: { kind: "ready", adapter: event.adapter } });
      if (!this.touched && state.value.results === undefined) state.patch({ setup: defaultSetup(software) });
      this.#goOn();
      void this.#startByItself();
    } else if (event.kind === "no-gpu") {
      state.patch({ gpu: { kind: "none", reason: event.reason, message: event.message } });
      this.#stay();
    } else if (event.kind === "died") this.#fail({ code: "device-lost", message: event.message });
    else if (event.kind === "shape") {
      const { text, curve, error } = event;
      const answer = { ...(curve && { curve }), ...(error && { error }) };
      state.patch({ shapes: new Map(state.value.shapes).set(text, answer) });
    } else if (event.kind === "predicted") {
      const { status } = state.value.words;
      const { model, rows = 0, accuracy, rmse, error } = event;
      const right = accuracy === undefined ? undefined : percent(accuracy);
      const off = rmse === undefined ? undefined : short(rmse);
      const said = status.predicted(model, whole(rows), right, off);
      state.patch({ notice: error === undefined ? said : status.badFile(error.message) });
    } else if ("run" in event && event.run === this.#run) this.#takeRun(event);
    for (const listener of this.#listeners) listener(event);
  }

  #takeRun(event: Event & { readonly run: number }): void {
    const { state } = this;
    const { gpu } = state.value;
    const fresh = state.value.results === undefined;
    if (event.kind === "ready" && fresh && gpu.kind === "ready" && this.#running !== undefined) {
      const date = new Date().toISOString();
      state.patch({ results: new RaceResults(this.#running.setup, gpu.adapter, event.facts, date) });
    } else if (event.kind === "status") {
      const fresh = event.status === "paused" && state.value.results?.step === 0;
      state.patch({ status: fresh ? "idle" : event.status });
      if (event.status === "done") this.#grow();
    } else if (event.kind === "snapshot") {
      const { results } = state.value;
      if (results !== undefined && results.step > 0) this.#own.take(results, event.snapshot);
    } else if (event.kind === "failed") this.#fail(event.error);
    else state.value.results?.take(event);
    this.#painter.paint();
  }

  /** If the best learning rate is at the edge of its grid, there may be a better one beyond. */
  #grow(): void {
    const { results, words } = this.state.value;
    const grown = results && !this.changed ? grownGrid(results) : undefined;
    if (grown === undefined) return;
    this.edit({ lr: grown.lr });
    this.play();
    this.state.patch({ notice: words.status.grown(grown.names.join(", "), grown.lr.join(", ")) });
  }

  /** Asks again for a lost device or a dead worker; training then resumes. */
  #fail(error: ErrorRecord): void {
    const { status, words } = this.state.value;
    const running = this.#running;
    this.#running = undefined;
    this.#run++; // late messages of the last worker
    if (error.code !== "device-lost") return this.state.patch({ status: "failed", error });
    this.state.patch({ gpu: { kind: "looking" } });
    const played = status === "running" || status === "preparing";
    if (running === undefined) return;
    if (!played) {
      if (this.#own.last !== undefined) this.showKept(this.#own.last);
    } else if (this.#restarts.allow()) {
      this.#interrupted = running;
      this.state.patch({ status: "preparing", notice: words.status.lost });
    } else this.state.patch({ status: "failed", error });
  }

  /** If the GPU is gone for good, shows the interrupted race as it was stored. */
  #stay(): void {
    if (this.#interrupted === undefined) return;
    this.#interrupted = undefined;
    if (this.#own.last === undefined) this.state.patch({ status: "failed" });
    else this.showKept(this.#own.last);
  }

  #goOn(): void {
    const request = this.#interrupted;
    this.#interrupted = undefined;
    this.send({ kind: "pace", stepsPerSecond: this.state.value.pace });
    this.send({ kind: "watch", watch: this.#watch });
    if (request === undefined) return;
    const { last } = this.#own;
    this.#prepare(request, last !== undefined && sameSetup(last.setup, request.setup) ? last : undefined);
    this.send({ kind: "play" });
  }

  /** On arrival a small race starts, unless a link, an earlier race, the visitor, or a page to read asks for something else. */
  async #startByItself(): Promise<void> {
    await this.#restored;
    const { results, status, room, notice } = this.state.value;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (
      still ||
      this.touched ||
      notice !== "" ||
      results !== undefined ||
      status !== "idle" ||
      room !== "race"
    )
      return;
    this.play();
  }

  async #restore(): Promise<void> {
    const fits = (race: KeptRace): boolean => !this.touched || sameSetup(this.state.value.setup, race.setup);
    const others = await this.#own.find(fits);
    this.state.patch({ others });
    const { last } = this.#own;
    if (last !== undefined && this.#running === undefined && this.state.value.results === undefined)
      this.showKept(last);
  }
}
