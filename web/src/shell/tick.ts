// Ages that grow while one looks at them.

import { useEffect, useState } from "react";

/** Draws the part of the page that calls it anew so often. */
export function useTick(everyMs: number): void {
  const [, draw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => draw((before) => before + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}
