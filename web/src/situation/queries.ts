// What the pages for a quick look ask the service for. The service counts: a page counts nothing that it may not see whole.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { NO_FILTER, type Row, TO_REVIEW } from "../alerts/list";
import { PAGE_SIZE, readPage } from "../alerts/lists";
import { api, cursorOf, type Duty, type FirmFigures, taken } from "../api/client";
import { useSteps } from "../feed/context";

export const MOST_ROWS = 1_000; // looked through for what is most urgent; above that the page says so
const EVERY_MS = 30_000;
const TOGETHER_MS = 800; // many steps in a second ask once
const LONGEST_MS = 5_000; // and a flood of them asks that often all the same

// Asks anew for what steps of alerts change.
export function useFreshFigures(): void {
  const client = useQueryClient();
  const asking = useRef<ReturnType<typeof setTimeout>>(undefined);
  const since = useRef(0);
  useSteps(() => {
    const now = Date.now();
    if (asking.current === undefined) since.current = now;
    clearTimeout(asking.current);
    asking.current = setTimeout(
      () => {
        asking.current = undefined;
        for (const key of ["waiting", "situation", "regions", "firms", "dues", "counts"])
          void client.invalidateQueries({ queryKey: [key] });
      },
      Math.max(0, Math.min(TOGETHER_MS, since.current + LONGEST_MS - now)),
    );
  });
  useEffect(() => () => clearTimeout(asking.current), []);
}

export function useSituation(days: number) {
  return useQuery({
    queryKey: ["situation", days],
    refetchInterval: EVERY_MS,
    queryFn: () => taken(api.GET("/api/v1/situation", { params: { query: { days } } })),
  });
}

export function useRegions() {
  return useQuery({
    queryKey: ["regions"],
    refetchInterval: EVERY_MS,
    queryFn: async () => (await taken(api.GET("/api/v1/situation/regions"))).items,
  });
}

// Enterprises of one region by its first digits; null: those without one. Asked for when somebody opens it.
export function useFirms(region: string | null, isWanted = true) {
  return useQuery({
    queryKey: ["firms", region],
    enabled: isWanted,
    refetchInterval: EVERY_MS,
    queryFn: async (): Promise<FirmFigures[]> => {
      const all: FirmFigures[] = [];
      let cursor: string | null = null;
      do {
        const page: { items: FirmFigures[]; next?: string | null } = await taken(
          api.GET("/api/v1/situation/enterprises", {
            params: { query: { region: region ?? "none", limit: 200, ...(cursor ? { cursor } : {}) } },
          }),
        );
        all.push(...page.items);
        cursor = cursorOf(page.next);
      } while (cursor !== null);
      return all;
    },
  });
}

export function useDues(duties: readonly Duty[], overdue: boolean | null, limit: number) {
  return useQuery({
    queryKey: ["dues", duties, overdue, limit],
    refetchInterval: EVERY_MS,
    queryFn: () =>
      taken(
        api.GET("/api/v1/situation/dues", {
          params: { query: { duty: [...duties], limit, ...(overdue === null ? {} : { overdue }) } },
        }),
      ),
  });
}

// The newest of what waits for a person, to find what is most urgent.
export function useWaiting() {
  return useQuery({
    queryKey: ["waiting"],
    refetchInterval: 60_000,
    queryFn: async ({ signal }): Promise<{ rows: Row[]; isAll: boolean }> => {
      const rows: Row[] = [];
      let cursor: string | null = null;
      do {
        const page = await readPage({ ...NO_FILTER, states: TO_REVIEW }, cursor, PAGE_SIZE, signal);
        rows.push(...page.items);
        cursor = page.next;
      } while (cursor !== null && rows.length < MOST_ROWS);
      return { rows, isAll: cursor === null };
    },
  });
}
