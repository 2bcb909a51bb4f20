// The alert feed for the whole console: one connection, many listeners.

import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { Step } from "../alerts/list";
import { applyToLists } from "../alerts/lists";
import { type FeedState, follow } from "./follow";

const HIDDEN_MS = 60_000; // a browser has few connections per server: a page that nobody sees gives its own back
const SILENT_MS = 45_000; // the service says that it lives every 15 seconds

type Listener = (step: Step) => void;

interface Feed {
  state: FeedState;
  onStep: (listener: Listener) => () => void;
}

const Context = createContext<Feed>({ state: "connecting", onStep: () => () => {} });

export const useFeed = (): Feed => useContext(Context);

// Calls back for each step, for as long as the part of the page is shown.
export function useSteps(listener: Listener): void {
  const { onStep } = useFeed();
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => onStep((step) => latest.current(step)), [onStep]);
}

export function FeedProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<FeedState>("connecting");
  const listeners = useRef(new Set<Listener>());
  const client = useQueryClient();

  useEffect(() => {
    let ending: AbortController | null = null;
    let hiding: ReturnType<typeof setTimeout> | undefined;
    const place = { last: null as string | null };
    const begin = () => {
      if (ending !== null) return;
      ending = new AbortController();
      void follow(
        {
          address: (last) => (last === null ? "/api/v1/alerts/feed" : `/api/v1/alerts/feed?after=${last}`),
          place,
          heard: (event) => {
            const step = JSON.parse(event.data) as Step;
            applyToLists(client, step);
            for (const listener of listeners.current) listener(step);
          },
          changed: (now, mayHaveMissed) => {
            setState(now);
            if (mayHaveMissed) void client.invalidateQueries();
          },
          refused: (status) => {
            if (status === 401) void client.invalidateQueries({ queryKey: ["me"] });
          },
          silentMs: SILENT_MS,
        },
        ending.signal,
      );
    };
    const look = () => {
      clearTimeout(hiding);
      if (!document.hidden) {
        begin();
        return;
      }
      hiding = setTimeout(() => {
        ending?.abort();
        ending = null;
      }, HIDDEN_MS);
    };
    begin();
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(hiding);
      document.removeEventListener("visibilitychange", look);
      ending?.abort();
    };
  }, [client]);

  const feed = useMemo(
    () => ({
      state,
      onStep: (listener: Listener) => {
        listeners.current.add(listener);
        return () => {
          listeners.current.delete(listener);
        };
      },
    }),
    [state],
  );
  return <Context.Provider value={feed}>{children}</Context.Provider>;
}
