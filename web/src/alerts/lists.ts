// The lists of alerts that this page holds, each under its filter, kept up to date by the feed.

import { type InfiniteData, type QueryClient, useInfiniteQuery } from "@tanstack/react-query";
import { api, cursorOf, taken } from "../api/client";
import { type AlertState, type Filter, type Page, type RiskClass, rowOf, type Step, withStep } from "./list";

export const PAGE_SIZE = 200;
const KEPT_STEPS = 2_000;

// What the feed said lately: an answer that was on its way meanwhile may lack it.
const recent: Step[] = [];
let heardSteps = 0;

type Data = InfiniteData<Page, string | null>;

export function applyToLists(client: QueryClient, step: Step): void {
  recent.push(step);
  heardSteps += 1;
  if (recent.length > KEPT_STEPS) recent.shift();
  for (const query of client.getQueryCache().findAll({ queryKey: ["alerts", "list"] })) {
    const filter = query.queryKey[2] as Filter;
    client.setQueryData<Data>(query.queryKey, (data) => {
      if (data === undefined) return data;
      const pages = withStep(data.pages, step, filter);
      return pages === data.pages ? data : { ...data, pages: [...pages] };
    });
  }
}

// A page, with what the feed said while it was on its way.
export async function readPage(filter: Filter, cursor: string | null, limit = PAGE_SIZE, signal?: AbortSignal) {
  const before = heardSteps;
  const answer = await taken(
    api.GET("/api/v1/alerts", {
      params: {
        query: {
          state: filter.states as AlertState[],
          class: filter.classes as RiskClass[],
          code: [...filter.codes],
          ...(filter.enterprise ? { enterprise_id: filter.enterprise } : {}),
          ...(filter.site ? { site_id: filter.site } : {}),
          ...(filter.camera ? { camera_id: filter.camera } : {}),
          ...(filter.open === null ? {} : { open: filter.open }),
          ...(filter.from ? { day_from: filter.from } : {}),
          ...(filter.to ? { day_to: filter.to } : {}),
          ...(cursor ? { cursor } : {}),
          limit,
        },
      },
      ...(signal ? { signal } : {}),
    }),
  );
  const page: Page = { items: answer.items.map(rowOf), next: cursorOf(answer.next) };
  const missed = heardSteps === before ? [] : recent.slice(-(heardSteps - before));
  return missed.reduce<readonly Page[]>(
    // A new alert belongs to the newest page only.
    (pages, step) => (cursor !== null && step.step === "raised" ? pages : withStep(pages, step, filter)),
    [page],
  )[0] as Page;
}

export function useAlertList(filter: Filter) {
  return useInfiniteQuery({
    queryKey: ["alerts", "list", filter] as const,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => readPage(filter, pageParam, PAGE_SIZE, signal),
    getNextPageParam: (page: Page) => page.next,
    staleTime: Number.POSITIVE_INFINITY, // the feed keeps it fresh
    refetchOnWindowFocus: false,
  });
}
