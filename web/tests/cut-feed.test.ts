import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ServerEvent } from "../src/feed/events";
import { follow } from "../src/feed/follow";

const EVENTS = 40;
const bytes = new TextEncoder();

// What the service would send from a place on, as it stands on the wire.
function wire(after: number): Uint8Array {
  const parts = [`: here\nid: ${after}\n\n`];
  for (let id = after + 1; id <= EVENTS; id += 1)
    parts.push(`event: raised\nid: ${id}\ndata: {"name":"鼠类活动 ${id}"}\n\n`);
  return bytes.encode(parts.join(""));
}

// A service whose connections break after so many bytes, wherever in an event or a letter that is.
function breaking(cuts: readonly number[]) {
  let connections = 0;
  return (async (address: RequestInfo | URL) => {
    const after = Number(new URL(String(address), "http://page").searchParams.get("after") ?? 0);
    const content = wire(after);
    const cut = cuts[connections] ?? content.length;
    connections += 1;
    let isSent = false;
    return new Response(
      new ReadableStream(
        {
          pull(controller) {
            if (isSent) controller.error(new TypeError("the connection broke"));
            else controller.enqueue(content.slice(0, cut));
            isSent = true;
          },
        },
        { highWaterMark: 0 },
      ),
    );
  }) as typeof fetch;
}

describe("a feed whose connection breaks", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([3, 17, 58, 59, 60, 61, 95, 131, 400])(
    "loses nothing and says nothing twice, cut after each %i bytes and more",
    async (cut) => {
      const heard: ServerEvent[] = [];
      const ending = new AbortController();
      const cuts = Array.from({ length: 20 }, (_, place) => cut + place * 7);
      const done = follow(
        {
          address: (last) => (last === null ? "/feed" : `/feed?after=${last}`),
          place: { last: null },
          heard: (event) => heard.push(event),
          changed: () => {},
          silentMs: 45_000,
          fetch: breaking(cuts),
        },
        ending.signal,
      );
      for (let turn = 0; turn < 60 && heard.length < EVENTS; turn += 1) await vi.advanceTimersByTimeAsync(10_000);
      ending.abort();
      await vi.advanceTimersByTimeAsync(10_000);
      await done;
      const names = heard.map((event) => (JSON.parse(event.data) as { name: string }).name);
      expect(names).toEqual(Array.from({ length: EVENTS }, (_, place) => `鼠类活动 ${place + 1}`));
    },
  );
});
