// What the enterprise lets third parties read of it, and who read.

import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { api, type ExtractRead, type Grant, taken } from "../api/client";
import { beforeOf } from "../people/accounts";

const at = (id: string, limit: number, before: number | null) => ({
  params: { path: { enterprise_id: id }, query: { limit, ...(before ? { before } : {}) } },
});

export function useGrants(id: string) {
  return useInfiniteQuery({
    queryKey: ["extract-grants", id],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) =>
      taken(api.GET("/api/v1/enterprises/{enterprise_id}/extract-grants", at(id, 20, pageParam))),
    getNextPageParam: (page) => beforeOf(page.next),
  });
}

export function useReads(id: string) {
  return useInfiniteQuery({
    queryKey: ["extract-reads", id],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) =>
      taken(api.GET("/api/v1/enterprises/{enterprise_id}/extract-reads", at(id, 200, pageParam))),
    getNextPageParam: (page) => beforeOf(page.next),
  });
}

export const itemsOf = <T>(data: InfiniteData<{ items: T[] }> | undefined): T[] =>
  data?.pages.flatMap((page) => page.items) ?? [];

// Reads of each grant, newest first, by its id.
export function readsByGrant(reads: readonly ExtractRead[]): Map<string, ExtractRead[]> {
  const found = new Map<string, ExtractRead[]>();
  for (const one of reads) found.set(one.grant_id, [...(found.get(one.grant_id) ?? []), one]);
  return found;
}

// Those that stand first; within each the newest first, as the service gives them.
export const inOrder = <T extends Pick<Grant, "state">>(grants: readonly T[]): T[] =>
  [...grants].sort((one, other) => Number(other.state === "standing") - Number(one.state === "standing"));
