// Recipients and what became of what they were owed, as the service tells them.

import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, type DeliveryState, taken } from "../api/client";
import { beforeOf } from "../people/accounts";

const AGAIN_MS = 15_000;

export function useRecipients() {
  return useQuery({
    queryKey: ["recipients"],
    queryFn: async () => (await taken(api.GET("/api/v1/recipients"))).items,
  });
}

export function useRenewedRecipients() {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: ["recipients"] });
}

const asked = (state: DeliveryState | "", before: number | null) => ({
  params: { query: { ...(state ? { state } : {}), ...(before ? { before } : {}) } },
});

export function useDeliveries(state: DeliveryState | "") {
  return useInfiniteQuery({
    queryKey: ["deliveries", state],
    refetchInterval: AGAIN_MS,
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) => taken(api.GET("/api/v1/deliveries", asked(state, pageParam))),
    getNextPageParam: (page) => beforeOf(page.next),
  });
}

export function useReminders(state: DeliveryState | "") {
  return useInfiniteQuery({
    queryKey: ["reminders", state],
    refetchInterval: AGAIN_MS,
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) => taken(api.GET("/api/v1/reminders", asked(state, pageParam))),
    getNextPageParam: (page) => beforeOf(page.next),
  });
}
