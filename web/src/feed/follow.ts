// One connection that comes back by itself and goes on where it was.

import { EventReader, type ServerEvent } from "./events";

export type FeedState = "connecting" | "live" | "lost";

export interface Following {
  address: (place: string | null) => string;
  place: { last: string | null }; // where it is; a following that is begun again with the same one goes on there
  heard: (event: ServerEvent) => void;
  // `mayHaveMissed`: begun anew without a place to go on from.
  changed: (state: FeedState, mayHaveMissed: boolean) => void;
  refused?: (status: number) => void;
  silentMs: number; // longer without a sign of life means that the connection is broken
  fetch?: typeof fetch;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;

// How long to wait before try number `tries` (from 1): 1, 2, 4, 8, 10, 10 … seconds.
export function waitMs(tries: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, tries - 1));
}

// Follows until the signal ends it.
export async function follow(wanted: Following, signal: AbortSignal): Promise<void> {
  let tries = 0;
  let wasLive = false;
  wanted.changed("connecting", false);
  while (!signal.aborted) {
    const isAnew = wasLive && wanted.place.last === null;
    const refusal = await once(wanted, signal, () => {
      tries = 0;
      wasLive = true;
      wanted.changed("live", isAnew);
    });
    if (signal.aborted) return;
    wanted.changed("lost", false);
    if (refusal !== null) wanted.refused?.(refusal);
    tries += 1;
    await pause(waitMs(tries), signal);
  }
}

// One connection from its beginning to its end; the status where it was refused.
async function once(wanted: Following, signal: AbortSignal, opened: () => void): Promise<number | null> {
  const ending = new AbortController();
  const end = () => ending.abort();
  signal.addEventListener("abort", end);
  let silence = setTimeout(end, wanted.silentMs);
  try {
    const ask = wanted.fetch ?? fetch;
    const answer = await ask(wanted.address(wanted.place.last), {
      headers: { Accept: "text/event-stream" },
      signal: ending.signal,
      cache: "no-store",
    });
    if (!answer.ok || answer.body === null) return answer.status;
    opened();
    const events = new EventReader();
    const texts = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await texts.read();
      if (done) return null;
      clearTimeout(silence);
      silence = setTimeout(end, wanted.silentMs);
      const found = events.read(value);
      for (const event of found) wanted.heard(event);
      wanted.place.last = events.place ?? wanted.place.last;
    }
  } catch {
    return null; // cut off, silent, or not there: all of them are mended by another try
  } finally {
    clearTimeout(silence);
    signal.removeEventListener("abort", end);
    ending.abort();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end); // a screen on a wall may try for days
      done();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
