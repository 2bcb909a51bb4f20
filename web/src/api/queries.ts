// What pages ask the service for again and again. One place, so that two parts of a page share one answer.

import { QueryCache, QueryClient, useQuery } from "@tanstack/react-query";
import { useSay } from "../shell/preferences";
import { regionName } from "../words/regions";
import { api, type CameraStatus, cursorOf, type EnterpriseView, type Me, Problem, taken } from "./client";

// An ended login shows the login page, wherever it is noticed.
export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => noteEnd(client, error) }),
    defaultOptions: {
      // "Offline" is the browser's guess: the service may be on this machine. Asked all the same, a figure that cannot be
      // read says so, and an act fails before the eyes of who did it; it is never kept and sent when nobody looks any more.
      mutations: { networkMode: "always" },
      queries: {
        networkMode: "always",
        refetchOnReconnect: true, // which goes with another mode by itself
        retry: (count, error) => count < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
        staleTime: 5_000,
        refetchOnWindowFocus: true,
      },
    },
  });
  return client;
}

export function noteEnd(client: QueryClient, error: unknown): void {
  if (error instanceof Problem && error.status === 401) client.setQueryData(["me"], null);
}

const RARELY_MS = 30_000;

/** How soon what is not done yet is asked for again: a refusal stays one, and a service that fails is not pressed. */
export function askAgain(error: unknown, usualMs: number): number | false {
  if (!error) return usualMs;
  return error instanceof Problem && error.status >= 400 && error.status < 500 ? false : RARELY_MS;
}

export function useMe() {
  return useQuery({
    queryKey: ["me"],
    staleTime: 60_000,
    refetchInterval: 60_000, // a login that ended elsewhere is noticed
    queryFn: async (): Promise<Me | null> => {
      try {
        return await taken(api.GET("/api/v1/me"));
      } catch (error) {
        if (error instanceof Problem && error.status === 401) return null;
        throw error;
      }
    },
  });
}

export function useSites() {
  return useQuery({
    queryKey: ["sites"],
    staleTime: 60_000,
    queryFn: async () => (await taken(api.GET("/api/v1/sites"))).items,
  });
}

// Names of regions by their digits. They change once a year, if at all.
export function useDivisions() {
  return useQuery({
    queryKey: ["divisions"],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await taken(api.GET("/api/v1/divisions"))).names,
  });
}

export function useRegionName(): (digits: string | null) => string {
  const say = useSay();
  const { data } = useDivisions();
  return (digits) => regionName(say, digits, data);
}

export function useEnterprises() {
  return useQuery({
    queryKey: ["enterprises"],
    staleTime: 60_000,
    queryFn: async (): Promise<EnterpriseView[]> => {
      const all: EnterpriseView[] = [];
      let cursor: string | null = null;
      do {
        const page: { items: EnterpriseView[]; next?: string | null } = await taken(
          api.GET("/api/v1/enterprises", { params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } } }),
        );
        all.push(...page.items);
        cursor = cursorOf(page.next);
      } while (cursor !== null);
      return all;
    },
  });
}

export function useCodes() {
  return useQuery({
    queryKey: ["codes"],
    staleTime: 600_000,
    queryFn: async () => (await taken(api.GET("/api/v1/codes"))).items,
  });
}

export function useCameras() {
  return useQuery({
    queryKey: ["cameras"],
    queryFn: async () => (await taken(api.GET("/api/v1/cameras"))).items,
  });
}

/** What a page has to know of something that it asked for. */
export interface Asked {
  data?: unknown;
  error: Error | null;
  errorUpdateCount: number;
}

/** Nobody has answered yet, and nobody refused. A query without data is pending again while it tries again. */
export const isAwaited = ({ data, errorUpdateCount }: Asked): boolean => data === undefined && errorUpdateCount === 0;

/** How cameras were before the service fell silent says nothing of how they are: on an error there is no data. */
export function useStatuses() {
  const asked = useQuery({
    queryKey: ["statuses"],
    refetchInterval: 5_000,
    queryFn: async (): Promise<CameraStatus[]> => {
      const { items } = await taken(api.GET("/api/v1/cameras/status"));
      const heard_at_ms = performance.now();
      return items.map((one) => ({ ...one, heard_at_ms }));
    },
  });
  const { error, errorUpdateCount } = asked;
  return { data: error ? undefined : asked.data, error, errorUpdateCount, isAwaited: isAwaited(asked) };
}
