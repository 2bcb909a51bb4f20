import { describe, expect, it } from "vitest";
import { EventReader, type ServerEvent } from "../src/feed/events";
import { type FeedState, follow, waitMs } from "../src/feed/follow";

function readAll(pieces: string[]): { events: ServerEvent[]; place: string | null } {
  const reader = new EventReader();
  const events = pieces.flatMap((piece) => reader.read(piece));
  return { events, place: reader.place };
}

describe("reading server-sent events", () => {
  const text =
    ': feed\nid: 7\nretry: 2000\n\nevent: raised\ndata: {"a":1}\nid: 8\n\n: alive\nid: 12\n\nevent: new_verb\ndata: x\ndata: y\n\n';

  it("hears every event by any name, and where it is also from a comment", () => {
    expect(readAll([text])).toEqual({
      events: [
        { name: "raised", data: '{"a":1}' },
        { name: "new_verb", data: "x\ny" },
      ],
      place: "12",
    });
  });

  it("reads the same however the text is cut into pieces", () => {
    const whole = readAll([text]);
    for (let cut = 0; cut <= text.length; cut += 1)
      expect(readAll([text.slice(0, cut), text.slice(cut)])).toEqual(whole);
    expect(readAll([...text])).toEqual(whole);
    expect(readAll([...text.replaceAll("\n", "\r\n")])).toEqual(whole);
  });

  it("makes no event of half a message", () => {
    expect(readAll(["event: raised\ndata: {}\n"]).events).toEqual([]);
  });
});

describe("following", () => {
  it("waits longer after each failure, ten seconds at most", () => {
    expect([1, 2, 3, 4, 5, 50].map(waitMs)).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it("goes on at the place where it was cut off, and says what it is doing", async () => {
    const asked: string[] = [];
    const states: FeedState[] = [];
    const heard: string[] = [];
    const ending = new AbortController();
    const answers = ["id: 3\n\nevent: raised\ndata: one\nid: 4\n\n", "event: raised\ndata: two\nid: 5\n\n"];
    await follow(
      {
        address: (place) => `/feed?after=${place}`,
        place: { last: null },
        heard: (event) => {
          heard.push(event.data);
          if (event.data === "two") ending.abort();
        },
        changed: (state) => states.push(state),
        silentMs: 60_000,
        fetch: async (address) => {
          asked.push(String(address));
          return new Response(answers.shift() ?? "");
        },
      },
      ending.signal,
    );
    expect(heard).toEqual(["one", "two"]);
    expect(asked).toEqual(["/feed?after=null", "/feed?after=4"]);
    expect(states).toEqual(["connecting", "live", "lost", "live"]);
  });

  it("leaves a connection that says nothing for too long", async () => {
    const ending = new AbortController();
    let count = 0;
    await follow(
      {
        address: () => "/feed",
        place: { last: null },
        heard: () => {},
        changed: () => {},
        silentMs: 5,
        fetch: (_, init) =>
          new Promise((_done, fail) => {
            count += 1;
            if (count === 2) ending.abort();
            init?.signal?.addEventListener("abort", () => fail(new DOMException("silent", "AbortError")));
            if (init?.signal?.aborted) fail(new DOMException("silent", "AbortError"));
          }),
      },
      ending.signal,
    );
    expect(count).toBe(2);
  });

  it("tells a refusal by its status", async () => {
    const ending = new AbortController();
    const refusals: number[] = [];
    await follow(
      {
        address: () => "/feed",
        place: { last: null },
        heard: () => {},
        changed: () => {},
        refused: (status) => {
          refusals.push(status);
          ending.abort();
        },
        silentMs: 60_000,
        fetch: async () => new Response("", { status: 401 }),
      },
      ending.signal,
    );
    expect(refusals).toEqual([401]);
  });
});
