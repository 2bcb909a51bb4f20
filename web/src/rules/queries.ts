// What the rules page asks for.

import { useQuery } from "@tanstack/react-query";
import { api, type Schema, taken } from "../api/client";
import { askAgain } from "../api/queries";

export type Rule = Schema["RuleNumbersView"];
export type Profile = Schema["JurisdictionView"];
export type Precision = Schema["PrecisionView"];
export type Trial = Schema["TrialView"];
export type TrialDetail = Schema["TrialDetail"];
export type Compared = Schema["ComparedView"];
export type TriedAlert = Schema["TriedAlertView"];
export type TrialBody = Schema["TrialBody"];

const FOLLOW_MS = 1_500;

export function useRules() {
  return useQuery({ queryKey: ["rules"], staleTime: 60_000, queryFn: () => taken(api.GET("/api/v1/rules")) });
}

export function usePrecision(from: string, to: string, by: "code" | "camera") {
  return useQuery({
    queryKey: ["precision", from, to, by],
    staleTime: 60_000,
    queryFn: () => taken(api.GET("/api/v1/quality/precision", { params: { query: { from, to, by } } })),
  });
}

export function useAgreement(from: string, to: string) {
  return useQuery({
    queryKey: ["agreement", from, to],
    staleTime: 60_000,
    queryFn: () => taken(api.GET("/api/v1/quality/agreement", { params: { query: { from, to } } })),
  });
}

export function useLogSpan() {
  return useQuery({ queryKey: ["trial-log"], queryFn: () => taken(api.GET("/api/v1/trials/log")) });
}

export const isOver = (state: string): boolean => state !== "waiting" && state !== "running";

export function useTrials() {
  return useQuery({
    queryKey: ["trials"],
    refetchInterval: (query) =>
      query.state.data?.some((one) => !isOver(one.state)) ? askAgain(query.state.error, FOLLOW_MS) : false,
    queryFn: async () => (await taken(api.GET("/api/v1/trials"))).items,
  });
}

export function useTrial(trialId: string) {
  return useQuery({
    queryKey: ["trials", trialId],
    refetchInterval: (query) =>
      query.state.data && isOver(query.state.data.state) ? false : askAgain(query.state.error, FOLLOW_MS),
    queryFn: () => taken(api.GET("/api/v1/trials/{trial_id}", { params: { path: { trial_id: trialId } } })),
  });
}
