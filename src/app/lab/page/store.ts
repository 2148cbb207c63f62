import { useEffect, useState } from "preact/hooks";

/** A value that changes by patches, and notifies its listeners. */
export class Store<T extends object> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  patch(part: Partial<T>): void {
    this.#value = { ...this.#value, ...part };
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The part of a store that `pick` selects; the component renders again when it changes. */
export function useStore<T extends object, S>(store: Store<T>, pick: (value: T) => S): S {
  const [, render] = useState(0);
  const now = pick(store.value);
  useEffect(() => {
    let last = now;
    const look = (): void => {
      const next = pick(store.value);
      if (Object.is(next, last)) return;
      last = next;
      render((n) => n + 1);
    };
    look(); // it may have changed between rendering and this
    return store.subscribe(look);
  }, [store, now]);
  return now;
}
