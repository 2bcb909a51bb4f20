// A word that leads to what it means.

import type { ReactNode } from "react";
import { Link } from "react-router";

export const placeOfTerm = (word: string): string => `term-${word.replaceAll(" ", "-")}`;

export function Term({ word, children }: { word: string; children: ReactNode }) {
  return (
    <Link className="term" to={`/help#${placeOfTerm(word)}`}>
      {children}
    </Link>
  );
}
