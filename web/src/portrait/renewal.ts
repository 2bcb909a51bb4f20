// A portrait that is open follows what happens: the service carries steps of alerts into the ledgers within seconds.

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { useSteps } from "../feed/context";

const KEPT_MS = 4_000;
const KEYS = ["explanation", "credit-history", "dates", "ledger-counts", "ledger-a", "ledger-b"];

// Asks anew for what rests on the ledgers, soon after the page opened and after each step of the enterprise's alerts.
export function useRenewal(enterpriseId: string): void {
  const client = useQueryClient();
  const waiting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const renewSoon = useCallback(() => {
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined;
      for (const key of KEYS) void client.invalidateQueries({ queryKey: [key, enterpriseId] });
    }, KEPT_MS);
  }, [client, enterpriseId]);
  useSteps((step) => {
    if (step.enterprise_id === enterpriseId) renewSoon();
  });
  useEffect(() => {
    renewSoon();
    return () => {
      clearTimeout(waiting.current);
      waiting.current = undefined;
    };
  }, [renewSoon]);
}
