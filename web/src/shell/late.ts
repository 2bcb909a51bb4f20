// Parts of the console that are loaded when they are first shown, also while the service restarts under them.

import { type ComponentType, lazy } from "react";

const WAITS_MS = [300, 1000, 2000, 4000, 8000, 8000, 8000];

/** Calls until it succeeds, with growing waits; after the last one the fault is the caller's. */
export async function insisting<T>(
  load: () => Promise<T>,
  waitsMs: readonly number[] = WAITS_MS,
  pause: (ms: number) => Promise<unknown> = (ms) => new Promise((done) => setTimeout(done, ms)),
): Promise<T> {
  for (const wait of waitsMs) {
    try {
      return await load();
    } catch {
      await pause(wait);
    }
  }
  return load();
}

// biome-ignore lint/suspicious/noExplicitAny: the properties are those of whatever is loaded
export function late<T extends ComponentType<any>>(load: () => Promise<{ default: T }>) {
  return lazy(() => insisting(load));
}
