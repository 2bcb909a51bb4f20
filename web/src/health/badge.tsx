import type { Standing } from "./figures";

export function Badge({ words, tone }: Standing) {
  return <span className={`badge ${tone}`}>{words}</span>;
}
