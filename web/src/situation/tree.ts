// Regions of the registry as a tree: two digits name a province, four a city, six a county (GB/T 2260). Pure.

import type { ClassCounts, RegionView, Shades, SightView } from "../api/client";

export interface Branch {
  digits: string | null; // null: enterprises without a region
  enterprises: number;
  toReview: ClassCounts;
  sight: SightView;
  shades: Shades | null;
  branches: Branch[];
}

const LEVELS = [2, 4, 6] as const;

export const sumOf = (counts: ClassCounts): number => counts.I + counts.II + counts.III + counts.ops;

function added<T extends object>(one: T, other: T): T {
  const sum = { ...one } as Record<string, number>;
  for (const [name, value] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + (value as number);
  return sum as T;
}

function bothShades(one: Shades | null, other: Shades | null): Shades | null {
  return one && other ? added(one, other) : (one ?? other);
}

const leaf = (region: RegionView): Branch => ({
  digits: region.region,
  enterprises: region.enterprises,
  toReview: region.to_review,
  sight: region.cameras,
  shades: region.shades,
  branches: [],
});

export function joined(members: readonly Branch[], digits: string | null): Branch {
  const [first, ...rest] = members;
  if (first === undefined) throw new Error("nothing to join");
  const sum = { ...first };
  for (const one of rest) {
    sum.enterprises += one.enterprises;
    sum.toReview = added(sum.toReview, one.toReview);
    sum.sight = added(sum.sight, one.sight);
    sum.shades = bothShades(sum.shades, one.shades);
  }
  return { ...sum, digits, branches: [...members] };
}

// The tree, each level in order of digits; those without a region last. A level with one branch only is passed over.
export function treeOf(regions: readonly RegionView[]): Branch[] {
  const known = regions.filter((one) => one.region !== null).map(leaf);
  const without = regions.filter((one) => one.region === null).map(leaf);
  return [...grown(known, 0), ...without];
}

function grown(leaves: readonly Branch[], level: number): Branch[] {
  const length = LEVELS[level];
  if (length === undefined || length === 6) return [...leaves];
  const groups = new Map<string, Branch[]>();
  for (const one of leaves) {
    const digits = (one.digits ?? "").slice(0, length);
    groups.set(digits, [...(groups.get(digits) ?? []), one]);
  }
  return [...groups.entries()]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([digits, members]) => {
      const within = grown(members, level + 1);
      return within.length === 1 && within[0] ? within[0] : joined(within, digits);
    });
}

// What is most pressing first: for a list that shows some of many.
export function byPressure(branches: readonly Branch[]): Branch[] {
  const weight = (one: Branch) => [one.toReview.I, one.toReview.II, one.sight.blind, sumOf(one.toReview)];
  return [...branches].sort((one, other) => {
    const [mine, theirs] = [weight(one), weight(other)];
    for (const [place, value] of mine.entries()) {
      const difference = (theirs[place] ?? 0) - value;
      if (difference !== 0) return difference;
    }
    return (one.digits ?? "~").localeCompare(other.digits ?? "~");
  });
}
