// A week of stretches being edited, day by day: opening hours of a site, and hours of a zone.

import { useSay } from "../shell/preferences";
import { type Stretch, WEEKDAYS, weekdayName } from "./week";

export function WeekEditor({ hours, change }: { hours: readonly Stretch[]; change: (hours: Stretch[]) => void }) {
  const say = useSay();
  const put = (place: number, next: Stretch) => change(hours.map((old, at) => (at === place ? next : old)));
  return (
    <ul className="bare week">
      {WEEKDAYS.map((weekday) => (
        <li key={weekday} data-weekday={weekday}>
          <span>{weekdayName(say, weekday)}</span>
          {hours.map((one, place) =>
            one.weekday !== weekday ? null : (
              // biome-ignore lint/suspicious/noArrayIndexKey: a stretch is its place in the list
              <span key={place} className="inline">
                <input
                  type="time"
                  required
                  aria-label={say(`${weekdayName(say, weekday)}开始`, `${weekdayName(say, weekday)} from`)}
                  value={one.start}
                  onChange={(event) => put(place, { ...one, start: event.target.value })}
                />
                –
                <input
                  type="time"
                  required
                  aria-label={say(`${weekdayName(say, weekday)}结束`, `${weekdayName(say, weekday)} until`)}
                  value={one.end}
                  onChange={(event) => put(place, { ...one, end: event.target.value })}
                />
                <button
                  type="button"
                  className="quiet"
                  aria-label={say(
                    `删除${weekdayName(say, weekday)}时段`,
                    `Remove this stretch of ${weekdayName(say, weekday)}`,
                  )}
                  disabled={hours.length === 1}
                  onClick={() => change(hours.filter((_, at) => at !== place))}
                >
                  ✕
                </button>
              </span>
            ),
          )}
          {!hours.some((one) => one.weekday === weekday) && <span className="soft">{say("休息", "closed")}</span>}
          <button
            type="button"
            className="quiet"
            aria-label={say(`增加${weekdayName(say, weekday)}时段`, `Add a stretch on ${weekdayName(say, weekday)}`)}
            onClick={() => change([...hours, { weekday, start: "09:00", end: "21:00" }])}
          >
            +
          </button>
        </li>
      ))}
    </ul>
  );
}
