import { MutationObserver, onlineManager, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../src/api/client";
import { askAgain, makeQueryClient } from "../src/api/queries";

const unreachable = () => Promise.reject(new Problem(0, { detail: "unreachable" }));

describe("while the browser says that it is offline", () => {
  beforeEach(() => onlineManager.setOnline(false));
  afterEach(() => {
    onlineManager.setOnline(true);
    vi.useRealTimers();
  });

  it("what was read once does not stay without a word: the failure is told", async () => {
    vi.useFakeTimers();
    const client = makeQueryClient();
    client.setQueryData(["statuses"], ["online"], { updatedAt: 1 });
    const observer = new QueryObserver(client, { queryKey: ["statuses"], queryFn: unreachable });
    const end = observer.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(60_000); // the repetitions
    expect(observer.getCurrentResult()).toMatchObject({ fetchStatus: "idle", isError: true });
    end();
    client.clear();
  });

  it("an act fails at once and is not sent when the network is back", async () => {
    const client = makeQueryClient();
    let tries = 0;
    const publish = new MutationObserver(client, {
      mutationFn: () => {
        tries += 1;
        return unreachable();
      },
    });
    await expect(publish.mutate()).rejects.toThrow("unreachable");
    onlineManager.setOnline(true);
    await client.resumePausedMutations();
    expect(tries).toBe(1);
  });
});

it("asks no more for what is refused, and rarely where the service fails", () => {
  expect(askAgain(null, 1_500)).toBe(1_500);
  expect(askAgain(new Problem(404, {}), 1_500)).toBe(false);
  expect(askAgain(new Problem(503, {}), 1_500)).toBe(30_000);
});
