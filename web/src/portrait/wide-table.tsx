// A table that may be wider than the screen: it moves by itself, by touch and by the arrow keys.

import type { ReactNode } from "react";

export function WideTable({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="wide-table" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
