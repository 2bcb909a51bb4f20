// What may be taught for a code, as a first suggestion, and how far the examples have come.

import type { Say } from "../words/say";

export const ASKED = { least: 5, most: 20 }; // pictures of each state that a person is asked for
export const MOST_STATES = 8;

const SUGGESTED: Readonly<Record<string, readonly [breach: [string, string], other: [string, string]]>> = {
  "bin.uncovered": [
    ["敞开", "open"],
    ["盖好", "closed"],
  ],
  "guard.rodent_board": [
    ["挡板缺失", "gone"],
    ["挡板在位", "in place"],
  ],
  "floor.litter": [
    ["有垃圾", "littered"],
    ["干净", "clean"],
  ],
};

// The breach comes first.
export function suggested(say: Say, code: string): string[] {
  return SUGGESTED[code]?.map((pair) => say(...pair)) ?? ["", ""];
}

export function statesFault(say: Say, states: readonly string[]): string {
  const names = states.map((state) => state.trim());
  if (names.some((name) => name === "")) return say("每种状态都要有名称。", "Every state needs a name.");
  if (new Set(names).size !== names.length) return say("各状态的名称不能相同。", "States must have different names.");
  return "";
}

// The service teaches on two of each; fewer differ than are counted where frames are alike.
export function canBeTaught(counts: Readonly<Record<string, number>>): boolean {
  return Object.values(counts).every((count) => count >= 2);
}

// Whether examples have come or gone since the newest version was made.
export function isStale(count: number, version: { count: number } | undefined): boolean {
  return version !== undefined && version.count !== count;
}

export const percent = (share: number): string => `${(share * 100).toFixed(0)}%`;
