import { useLabState, useWords } from "./context.ts";

/** Why nothing can be trained here, and what to do about it. */
export function NoGpuNotice() {
  const words = useWords().gpu;
  const gpu = useLabState((state) => state.gpu);
  if (gpu.kind !== "none") return null;
  return (
    <section id="no-gpu" class="warning" role="alert" data-reason={gpu.reason}>
      <h2>{words.none}</h2>
      <p>
        {words.reasons[gpu.reason]} {words.todo[gpu.reason]}
      </p>
      <p>{words.recorded}</p>
      <p class="hint">{gpu.message}</p>
    </section>
  );
}
