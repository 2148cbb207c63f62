/** Lets a test run outlive its browser: the running file fails, the others continue in a new browser. */
import type { File, Task } from "@vitest/runner";
import type { BrowserOrchestrator, TestProject } from "vitest/node";
import { MOST_RESTARTS, Restarts, WITHIN_MINUTES } from "../host/restarts.ts";

/** A Vitest internal: opens a page for a session and waits until it answers. */
type OpenPage = (sessionId: string, pool: { reject(error: Error): void }) => Promise<void>;

/**
 * Vitest gives up on a project's files when the connection to its page ends. This reopens the page, in a new browser if the old
 * one died. With a Vitest version that does not allow this, nothing changes: the run fails.
 */
export function surviveCrashes(project: TestProject): void {
  const orchestrators = project.browser?.state.orchestrators;
  const openPage = Reflect.get(project, "_openBrowserPage") as OpenPage | undefined;
  if (orchestrators === undefined || openPage === undefined) return;
  const restarts = new Restarts();

  const again = async (sessionId: string): Promise<void> => {
    if (!restarts.allow())
      throw new Error(`the browser ended ${MOST_RESTARTS + 1} times in ${WITHIN_MINUTES} minutes`);
    await openPage.call(project, sessionId, {
      reject: (error) => project.vitest.state.catchError(error, "Browser"),
    });
  };
  const guarded =
    (sessionId: string, orchestrator: BrowserOrchestrator): BrowserOrchestrator["createTesters"] =>
    async (options) => {
      try {
        await orchestrator.createTesters(options);
      } catch (error) {
        if (orchestrators.has(sessionId)) throw error; // the page exists
        for (const { filepath } of options.files) markFailed(project, filepath);
        await again(sessionId);
      }
    };
  const set = orchestrators.set.bind(orchestrators);
  orchestrators.set = (sessionId, orchestrator) =>
    set(
      sessionId,
      new Proxy(orchestrator, {
        get: (target, name) =>
          name === "createTesters" ? guarded(sessionId, target) : Reflect.get(target, name),
      }),
    );
}

/** Fails the test that was running, and the tests of its file that never ran. */
function markFailed(project: TestProject, filepath: string): void {
  const { state } = project.vitest;
  const error = new Error("the browser ended while this file ran; the files after it run in a new one");
  const about = { name: error.name, message: error.message, stacks: [] };
  const file = state.getFiles([filepath]).find((each: File) => each.projectName === project.name);
  if (file === undefined) return void state.catchError(new Error(`${filepath}: ${error.message}`), "Browser");
  const mark = (task: Task): void => {
    if (task.type === "suite") task.tasks.forEach(mark);
    const { state } = task.result ?? {};
    const over = state === "pass" || state === "fail" || state === "skip" || task.mode !== "run";
    if (!over || task === file) task.result = { state: "fail", errors: [about] };
  };
  mark(file);
}
