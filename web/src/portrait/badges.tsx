// Colours are told by words as well: nobody has to see red.

import type { Credit } from "../api/client";
import { useSay } from "../shell/preferences";
import { colourName, standingName } from "../words/credit";
import { type Shade, shadeOf } from "./figures";

export function ShadeBadge({ shade }: { shade: Shade }) {
  const say = useSay();
  const isColour = shade === "red" || shade === "orange" || shade === "green";
  return <span className={`badge shade-${shade}`}>{isColour ? colourName(say, shade) : standingName(say, shade)}</span>;
}

export function CreditBadge({ credit }: { credit: Credit }) {
  return <ShadeBadge shade={shadeOf(credit)} />;
}

// 0 to 100 with the interval and the figure in it. No cuts of colours are drawn: they are the profile's.
export function Scale({ credit }: { credit: Pick<Credit, "index" | "low" | "high"> }) {
  const say = useSay();
  const { index, low, high } = credit;
  if (index === null || low === null || high === null) return null;
  return (
    <svg
      className="scale"
      viewBox="0 0 200 14"
      preserveAspectRatio="none"
      role="img"
      aria-label={say(
        `指数 ${index.toFixed(1)}，90% 区间 ${low.toFixed(1)} 至 ${high.toFixed(1)}`,
        `Index ${index.toFixed(1)}, 90 % interval ${low.toFixed(1)} to ${high.toFixed(1)}`,
      )}
    >
      <rect className="whole" x="0" y="5" width="200" height="4" rx="2" />
      <rect className="interval" x={low * 2} y="3" width={Math.max(1, (high - low) * 2)} height="8" rx="2" />
      <rect className="mark" x={index * 2 - 1} y="0" width="2" height="14" />
    </svg>
  );
}
