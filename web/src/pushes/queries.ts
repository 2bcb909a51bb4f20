// Platforms and what each is owed, as the service tells it.

import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, taken } from "../api/client";
import type { PushState } from "./words";

const AGAIN_MS = 15_000;
const RECENT = 100;

export function useReceivers(isAsked: boolean) {
  return useQuery({
    queryKey: ["record-receivers"],
    enabled: isAsked,
    queryFn: async () => (await taken(api.GET("/api/v1/record-receivers"))).items,
  });
}

export interface Wanted {
  receiver: string;
  record: string;
  state: PushState | "";
}

export function usePushes({ receiver, record, state }: Wanted) {
  return useInfiniteQuery({
    queryKey: ["pushes", receiver, record, state],
    refetchInterval: AGAIN_MS,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      taken(
        api.GET("/api/v1/record-deliveries", {
          params: {
            query: {
              ...(receiver ? { receiver } : {}),
              ...(record ? { record_id: record } : {}),
              ...(state ? { state } : {}),
              ...(pageParam ? { before: pageParam } : {}),
            },
          },
        }),
      ),
    getNextPageParam: (page) => (page.next ? new URL(page.next, "http://page").searchParams.get("before") : null),
  });
}

// The newest of one platform; `isAll` false: there are more than these.
export function useRecentPushes(receiver: string) {
  return useQuery({
    queryKey: ["pushes", "recent", receiver],
    refetchInterval: AGAIN_MS,
    queryFn: async () => {
      const page = await taken(
        api.GET("/api/v1/record-deliveries", { params: { query: { receiver, limit: RECENT } } }),
      );
      return { items: page.items, isAll: !page.next };
    },
  });
}

export function useAnswers(deliveryId: string, isAsked: boolean) {
  return useQuery({
    queryKey: ["pushes", "answers", deliveryId],
    enabled: isAsked,
    queryFn: async () =>
      (
        await taken(
          api.GET("/api/v1/record-deliveries/{delivery_id}/answers", {
            params: { path: { delivery_id: deliveryId } },
          }),
        )
      ).items,
  });
}

export function useRenewed(key: "record-receivers" | "pushes") {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: [key] });
}
