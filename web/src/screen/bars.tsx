// Two pictures of numbers for a wall: large, few words, no legend to look up from four metres.

import type { Shades } from "../api/client";
import { useSay } from "../shell/preferences";
import type { Day } from "../situation/figures";
import { colourName, standingName } from "../words/credit";
import type { Say } from "../words/say";

const HEIGHT = 200;
const STEP = 60;

// What was found on each day: confirmed below, not reviewed above. What was dismissed is left out.
export function Days({ days }: { days: readonly Day[] }) {
  const say = useSay();
  const most = Math.max(1, ...days.map((day) => day.confirmed + day.unreviewed));
  const scale = (count: number) => (count / most) * (HEIGHT - 40);
  const confirmed = days.reduce((sum, day) => sum + day.confirmed, 0);
  const unreviewed = days.reduce((sum, day) => sum + day.unreviewed, 0);
  return (
    <svg
      className="days"
      viewBox={`0 0 ${days.length * STEP} ${HEIGHT + 42}`}
      role="img"
      aria-label={say(
        `${days.length} 天：已确认 ${confirmed}，未核实 ${unreviewed}`,
        `${days.length} days: ${confirmed} confirmed, ${unreviewed} unreviewed`,
      )}
    >
      {days.map((day, place) => {
        const left = place * STEP + 8;
        const low = HEIGHT - scale(day.confirmed);
        const top = low - scale(day.unreviewed);
        const sum = day.confirmed + day.unreviewed;
        return (
          <g key={day.day}>
            <rect className="confirmed" x={left} y={low} width={STEP - 16} height={HEIGHT - low} />
            <rect className="unreviewed" x={left} y={top} width={STEP - 16} height={low - top} />
            {sum > 0 && (
              <text x={left + (STEP - 16) / 2} y={top - 8}>
                {sum}
              </text>
            )}
            {place % 2 === (days.length - 1) % 2 && (
              <text className="day" x={left + (STEP - 16) / 2} y={HEIGHT + 34}>
                {day.day.slice(8)}
              </text>
            )}
          </g>
        );
      })}
      <line x1="0" x2={days.length * STEP} y1={HEIGHT} y2={HEIGHT} />
    </svg>
  );
}

const ORDER = ["red", "orange", "green", "insufficient", "new", "untold"] as const;

function shadeName(say: Say, shade: (typeof ORDER)[number]): string {
  if (shade === "untold") return say("尚无指数", "no figure");
  return shade === "insufficient" || shade === "new" ? standingName(say, shade) : colourName(say, shade);
}

// How the enterprises stand, as shares of a bar and as numbers with their words.
export function ColourBar({ shades }: { shades: Shades }) {
  const say = useSay();
  const all = ORDER.reduce((sum, shade) => sum + shades[shade], 0);
  let left = 0;
  return (
    <>
      <svg className="colour-bar" viewBox="0 0 1000 60" preserveAspectRatio="none" aria-hidden="true">
        {ORDER.map((shade) => {
          const width = all === 0 ? 0 : (shades[shade] / all) * 1000;
          const from = left;
          left += width;
          return (
            width > 0 && <rect key={shade} className={`shade-${shade}`} x={from} y="0" width={width} height="60" />
          );
        })}
      </svg>
      <ul className="bare colour-words">
        {ORDER.filter((shade) => shades[shade] > 0).map((shade) => (
          <li key={shade} className={`shade-${shade}`} data-shade={shade}>
            <strong>{shades[shade]}</strong> {shadeName(say, shade)}
          </li>
        ))}
      </ul>
    </>
  );
}
