import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

/** False in the first picture of a page, so that parts that can wait are laid out in a later task. */
export function useNextFrame(): boolean {
  const [next, setNext] = useState(false);
  useEffect(() => {
    const frame = requestAnimationFrame(() => setTimeout(() => setNext(true)));
    return () => cancelAnimationFrame(frame);
  }, []);
  return next;
}

/** A component that is loaded on demand; undefined until it is there. */
export function useLater<P>(load: Load<P> | undefined): ComponentType<P> | undefined {
  const [loaded, setLoaded] = useState<{ load: Load<P>; Content: ComponentType<P> }>();
  useEffect(() => {
    if (load !== undefined) void load().then(({ default: Content }) => setLoaded({ load, Content }));
  }, [load]);
  return loaded !== undefined && loaded.load === load ? loaded.Content : undefined;
}
