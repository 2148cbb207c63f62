import { useEffect, useState } from "preact/hooks";
import { percent } from "../charts/format.ts";
import { type Clip, clipSparks, surfaceAt } from "../data/clip.ts";
import type { RaceResults } from "../data/results.ts";
import { useLab, useLabState, useWords } from "../page/context.ts";
import { useMedia } from "../page/media.ts";
import { Lane } from "./lane.tsx";

/** Milliseconds per frame, and frames for which the last one stays. */
const [FRAME_MS, HOLD] = [200, 8];

/**
 * The recorded clip, shown until something else is asked for, and next to the recorded run that it was taken from.
 * @param seen whether there is a picture of the visitor's own networks
 */
export function useClip(seen: boolean): Clip | undefined {
  const lab = useLab();
  const [clip, setClip] = useState<Clip>();
  const results = useLabState((state) => state.results);
  const status = useLabState((state) => state.status);
  // A race that starts by itself replaces the clip as soon as there is something of it to see.
  const arriving = !lab.touched && !seen && (results === undefined || status === "running");
  const recorded = results !== undefined && status === "recorded";
  const wanted = arriving || recorded;
  useEffect(() => {
    if (wanted)
      void import("../recorded/clip.json").then((module) => setClip(module.default as unknown as Clip));
  }, [wanted]);
  return arriving || (recorded && sameRun(clip, results)) ? clip : undefined;
}

const sameRun = (clip: Clip | undefined, { setup, date }: RaceResults): boolean =>
  clip !== undefined &&
  setup.dataset === clip.dataset &&
  date.startsWith(clip.date) &&
  setup.activations.join() === clip.lanes.map(({ activation }) => activation).join();

export function ClipLanes({ clip }: { clip: Clip }) {
  const words = useWords().stage;
  const still = useMedia("(prefers-reduced-motion: reduce)");
  const last = clip.steps.length - 1;
  const [at, setAt] = useState(0);
  useEffect(() => {
    if (still) return;
    const timer = setInterval(() => setAt((now) => (now + 1) % (last + HOLD)), FRAME_MS);
    return () => clearInterval(timer);
  }, [still, last]);
  const frame = still ? last : Math.min(at, last);
  const sparks = clipSparks(clip, frame);
  return (
    <>
      <div class="lanes" data-frame={frame}>
        {clip.lanes.map(({ activation, scores }, place) => (
          <Lane
            key={activation}
            name={activation}
            picture={{ step: clip.steps[frame]!, surface: surfaceAt(clip, place, frame) }}
            spark={sparks[place]}
            score={scores[frame]!.map(percent)}
          />
        ))}
      </div>
      <p class="hint">{words.clip(clip.dataset, clip.adapter, clip.date)}</p>
    </>
  );
}
