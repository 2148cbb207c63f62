/** What a sweep has reached, in a file of lines: each is on the disk before the next is begun. */
import { randomUUID } from "node:crypto";
import { open, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { ActigradError } from "../../../core/errors.ts";
import { fromJson, toJson } from "../../../core/json.ts";
import { fileError } from "../../../host/files.ts";
import { lockFiles } from "../../../host/lock.ts";
import type { JobResult } from "../job.ts";

const FORMAT = "actigrad-journal-1";

/** The first line: which sweep it is. */
interface Header {
  readonly format: typeof FORMAT;
  /** Distinguishes its jobs from those of other sweeps on one server. */
  readonly sweep: string;
  readonly plan: Plan;
}

/** Everything that decides a sweep's jobs: a journal resumes only with the same. */
export type Plan = Readonly<Record<string, unknown>>;

type Line = { readonly result: JobResult } | { readonly incident: Incident };

/** Other events: a start, a worker that ended, a lost connection. */
export interface Incident {
  /** ISO 8601 */
  readonly date: string;
  readonly text: string;
}

export interface Journal {
  readonly sweep: string;
  /** By job id. */
  readonly results: ReadonlyMap<string, JobResult>;
  readonly incidents: readonly Incident[];
  /** Returns when it is on the disk; does nothing for a job already there. */
  append(result: JobResult): Promise<void>;
  note(text: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the journal of a folder, or starts one. Locked against other writers.
 * @throws ActigradError "file", "format" for another kind of file, "option" for another plan's
 */
export async function openJournal(folder: string, plan: Plan): Promise<Journal> {
  const path = join(folder, "journal.jsonl");
  const release = await lockFiles([path]);
  try {
    const before = await readLines(path);
    const [first, ...lines] = before;
    const header = (first ?? { format: FORMAT, sweep: randomUUID(), plan }) as Header;
    expectSame(path, header, plan);
    const file = await open(path, "a").catch((error: unknown) => {
      throw fileError("write", path, error);
    });
    const results = new Map<string, JobResult>();
    const incidents: Incident[] = [];
    for (const line of lines as Line[])
      if ("result" in line) results.set(line.result.id, line.result);
      else incidents.push(line.incident);
    let written = Promise.resolve();
    const write = (value: unknown): Promise<void> => {
      const before = written;
      return (written = (async () => {
        await before;
        try {
          await file.appendFile(`${toJson(value)}\n`);
          await file.datasync();
        } catch (error) {
          throw fileError("write", path, error);
        }
      })());
    };
    if (first === undefined) await write(header);
    return {
      sweep: header.sweep,
      results,
      incidents,
      async append(result) {
        if (results.has(result.id)) return;
        results.set(result.id, result);
        await write({ result } satisfies Line);
      },
      async note(text) {
        const incident = { date: new Date().toISOString(), text };
        incidents.push(incident);
        await write({ incident } satisfies Line);
      },
      async close() {
        await written.catch(() => undefined);
        await file.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** The complete lines of a file; the half line of a killed process is cut off. */
async function readLines(path: string): Promise<readonly unknown[]> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return Buffer.alloc(0);
    throw fileError("read", path, error);
  });
  const end = bytes.lastIndexOf("\n") + 1;
  if (end < bytes.length) await truncate(path, end);
  const lines = bytes.toString("utf8", 0, end).split("\n").slice(0, -1);
  try {
    return lines.map(fromJson);
  } catch (cause) {
    throw new ActigradError("format", `${path} is not a sweep's journal: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function expectSame(path: string, header: Partial<Header>, plan: Plan): void {
  if (header.format !== FORMAT)
    throw new ActigradError("format", `${path} is not a sweep's journal`, {
      hint: `expected the format ${FORMAT}`,
    });
  const text = (value: unknown): string => toJson(value ?? null);
  const names = Object.keys({ ...header.plan, ...plan });
  const other = names.find((name) => text(header.plan?.[name]) !== text(plan[name]));
  if (other === undefined) return;
  throw new ActigradError(
    "option",
    `${path} belongs to another sweep: its ${other} is ${text(header.plan?.[other])}, now ${text(plan[other])}`,
    { hint: "resume with the options that it was started with, or choose another --out" },
  );
}
