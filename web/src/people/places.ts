// Names of enterprises and sites by their ids, for whatever tells of an account's reach.

import { useMemo } from "react";
import { useEnterprises, useSites } from "../api/queries";
import type { Places } from "./accounts";

export function usePlaces(): Places {
  const { data: enterprises } = useEnterprises();
  const { data: sites } = useSites();
  return useMemo(
    () =>
      new Map([
        ...(enterprises ?? []).map((one) => [one.enterprise_id, one.name] as const),
        ...(sites ?? []).map((one) => [one.site_id, one.name] as const),
      ]),
    [enterprises, sites],
  );
}
