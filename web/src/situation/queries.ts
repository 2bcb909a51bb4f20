import { useQueries, useQuery } from "@tanstack/react-query";
import { NO_FILTER, type Row, TO_REVIEW } from "../alerts/list";
import { PAGE_SIZE, readPage } from "../alerts/lists";
import { api, type CountView, taken } from "../api/client";
import { useEnterprises, useSites } from "../api/queries";

export const MOST_ROWS = 1_000; // counted one by one; above that the page says "more than"
const MOST_PLACES = 50;

// What waits for a person, as far as it is counted here.
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

// Counts of every enterprise in one's scope, or of single sites where one may see no whole enterprise.
export function useCounts(from: string, to: string) {
  const { data: enterprises = [] } = useEnterprises();
  const { data: sites = [] } = useSites();
  const whole = new Set(enterprises.map((one) => one.enterprise_id));
  const single = sites.filter((site) => !whole.has(site.enterprise_id));
  const ask = [
    ...enterprises.map((one) => ({ id: one.enterprise_id, isSite: false })),
    ...single.map((one) => ({ id: one.site_id, isSite: true })),
  ];
  return useQueries({
    queries: ask.slice(0, MOST_PLACES).map(({ id, isSite }) => ({
      queryKey: ["counts", id, from, to],
      staleTime: 60_000,
      queryFn: async (): Promise<CountView[]> => {
        const query = { from, to };
        const asked = isSite
          ? api.GET("/api/v1/sites/{site_id}/counts", { params: { path: { site_id: id }, query } })
          : api.GET("/api/v1/enterprises/{enterprise_id}/counts", { params: { path: { enterprise_id: id }, query } });
        return (await taken(asked)).items;
      },
    })),
    combine: (found) => ({
      counts: found.flatMap((one) => one.data ?? []),
      isPending: found.some((one) => one.isPending),
      isAll: ask.length <= MOST_PLACES,
    }),
  });
}
