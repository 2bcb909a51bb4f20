// Parts of a page that come in its order, so that nothing pushes down what somebody is reading already.

import { useEffect, useRef, useState } from "react";

const LONGEST_MS = 4_000;

/** How many parts show: the first one without its answer is the last of them, for below it nothing can be pushed. */
export function inOrder(settled: readonly boolean[]): number {
  const open = settled.indexOf(false);
  return open < 0 ? settled.length : open + 1;
}

/** The same while answers come. Never fewer than before, and after four seconds all, whatever an answer takes. */
export function useInOrder(settled: readonly boolean[]): number {
  const [isLate, setLate] = useState(false);
  const most = useRef(0);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), LONGEST_MS);
    return () => clearTimeout(timer);
  }, []);
  most.current = Math.max(most.current, isLate ? settled.length : inOrder(settled));
  return most.current;
}
