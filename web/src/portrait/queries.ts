// What the enterprise pages ask the service for.

import { useQueries, useQuery } from "@tanstack/react-query";
import {
  api,
  type Credit,
  type EnterpriseView,
  type LeadEntry,
  type SupervisionEntry,
  taken,
  type WhatIf,
} from "../api/client";
import { afterOf, type Listed } from "./figures";

export const MOST_FIGURES = 200; // indexes asked for on the list; above that one searches
export const MOST_PAGES = 20; // of a ledger; the page says where that was not all
const PAGE = 500;
const AT_A_TIME = 3; // so that the live feed and other pages are not held up
const FRESH_MS = 60_000;

// Runs a few at a time, in the order in which they were asked for.
function gate(most: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= most) await new Promise<void>((go) => waiting.push(go));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

const inTurn = gate(AT_A_TIME);

const creditOf = (id: string) =>
  taken(api.GET("/api/v1/enterprises/{enterprise_id}/credit", { params: { path: { enterprise_id: id } } }));

// Indexes of the first so many of a list.
export function useListed(enterprises: readonly EnterpriseView[]) {
  return useQueries({
    queries: enterprises.slice(0, MOST_FIGURES).map((one) => ({
      queryKey: ["credit", one.enterprise_id],
      staleTime: FRESH_MS,
      queryFn: (): Promise<Credit> => inTurn(() => creditOf(one.enterprise_id)),
    })),
    combine: (asked) => ({
      rows: asked.map((one, place): Listed => ({ enterprise: enterprises[place] as EnterpriseView, credit: one.data })),
      isPending: asked.some((one) => one.isPending),
      fault: asked.find((one) => one.error)?.error ?? null,
    }),
  });
}

const at = (id: string) => ({ params: { path: { enterprise_id: id } } });

export function useEnterprise(id: string) {
  return useQuery({
    queryKey: ["enterprise", id],
    staleTime: FRESH_MS,
    queryFn: () => taken(api.GET("/api/v1/enterprises/{enterprise_id}", at(id))),
  });
}

export function useExplanation(id: string) {
  return useQuery({
    queryKey: ["explanation", id],
    staleTime: FRESH_MS,
    queryFn: () => taken(api.GET("/api/v1/enterprises/{enterprise_id}/credit/explanation", at(id))),
  });
}

export function useHistory(id: string) {
  return useQuery({
    queryKey: ["credit-history", id],
    staleTime: FRESH_MS,
    queryFn: async () =>
      (
        await taken(
          api.GET("/api/v1/enterprises/{enterprise_id}/credit/history", {
            params: { path: { enterprise_id: id }, query: { limit: PAGE } },
          }),
        )
      ).items,
  });
}

export function usePeers(id: string) {
  return useQuery({
    queryKey: ["peers", id],
    staleTime: FRESH_MS,
    queryFn: () => taken(api.GET("/api/v1/enterprises/{enterprise_id}/credit/peers", at(id))),
  });
}

export function useDates(id: string) {
  return useQuery({
    queryKey: ["dates", id],
    staleTime: FRESH_MS,
    queryFn: async () => (await taken(api.GET("/api/v1/enterprises/{enterprise_id}/dates", at(id)))).items,
  });
}

export const imagined = (id: string, body: WhatIf) =>
  taken(api.POST("/api/v1/enterprises/{enterprise_id}/credit/what-if", { ...at(id), body }));

export function useLedgerCounts(id: string, from: string, to: string) {
  return useQuery({
    queryKey: ["ledger-counts", id, from, to],
    staleTime: FRESH_MS,
    queryFn: async () =>
      (
        await taken(
          api.GET("/api/v1/enterprises/{enterprise_id}/ledgers/counts", {
            params: { path: { enterprise_id: id }, query: { from, to } },
          }),
        )
      ).items,
  });
}

export interface Read<T> {
  items: T[];
  isAll: boolean;
}

// Pages of a ledger one after the other, up to a number of them.
export async function readAll<T>(
  ask: (after: number) => Promise<{ items: T[]; next?: string | null }>,
  most = MOST_PAGES,
): Promise<Read<T>> {
  const items: T[] = [];
  let after: number | null = 0;
  for (let page = 0; page < most && after !== null; page += 1) {
    const answer: { items: T[]; next?: string | null } = await ask(after);
    items.push(...answer.items);
    after = afterOf(answer.next);
  }
  return { items, isAll: after === null };
}

export function useLeads(id: string) {
  return useQuery({
    queryKey: ["ledger-a", id],
    staleTime: FRESH_MS,
    queryFn: (): Promise<Read<LeadEntry>> =>
      readAll((after) =>
        taken(
          api.GET("/api/v1/enterprises/{enterprise_id}/ledgers/leads", {
            params: { path: { enterprise_id: id }, query: { after, limit: PAGE } },
          }),
        ),
      ),
  });
}

export function useSupervision(id: string) {
  return useQuery({
    queryKey: ["ledger-b", id],
    staleTime: FRESH_MS,
    queryFn: (): Promise<Read<SupervisionEntry>> =>
      readAll((after) =>
        taken(
          api.GET("/api/v1/enterprises/{enterprise_id}/ledgers/supervision", {
            params: { path: { enterprise_id: id }, query: { after, limit: PAGE } },
          }),
        ),
      ),
  });
}

export function useRecords(id: string) {
  return useQuery({
    queryKey: ["records", id],
    staleTime: FRESH_MS,
    queryFn: async () => (await taken(api.GET("/api/v1/enterprises/{enterprise_id}/records", at(id)))).items,
  });
}

export function useRepairs(id: string, isDone: boolean) {
  return useQuery({
    queryKey: ["repairs", id, isDone],
    staleTime: FRESH_MS,
    queryFn: async () =>
      (
        await taken(
          api.GET("/api/v1/enterprises/{enterprise_id}/records/repair", {
            params: { path: { enterprise_id: id }, query: { duties_done: isDone } },
          }),
        )
      ).items,
  });
}
