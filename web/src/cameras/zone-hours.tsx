// When a zone holds: the form of one zone, and the words about those that sleep.

import type { ZoneView } from "../api/client";
import { useSites } from "../api/queries";
import { stretchesOf } from "../registry/week";
import { WeekEditor } from "../registry/week-editor";
import { useSay } from "../shell/preferences";
import { hoursBy, RULES, type Rule, ruleName, ruleOf, withWeek, type ZoneHours, zoneHoursText } from "./hours";
import type { Draft } from "./zones";

interface Given {
  zone: Draft;
  siteId: string;
  isChosen: boolean;
  mayChange: boolean;
  change: (hours: ZoneHours | null) => void;
}

export function HoursOfZone({ zone, siteId, isChosen, mayChange, change }: Given) {
  const say = useSay();
  const { data: sites = [] } = useSites();
  const { hours } = zone;
  const rule = ruleOf(hours);
  const site = sites.find((one) => one.site_id === siteId);
  const neverCloses = site !== undefined && stretchesOf(site.schedule).length === 0;
  return (
    <div className="hours">
      <label>
        <span className="soft small">
          {zone.type === "ignored" ? say("何时遮挡", "Masks") : say("何时查看", "Looked at")}
        </span>
        <select
          aria-label={say(`${zone.name} 的时段`, `Hours of ${zone.name}`)}
          value={rule}
          disabled={!mayChange}
          onChange={(event) => change(hoursBy(event.target.value as Rule, hours))}
        >
          {RULES.map((one) => (
            <option key={one} value={one}>
              {ruleName(say, one)}
            </option>
          ))}
        </select>
      </label>
      {hours &&
        (rule === "in_week" || rule === "outside_week") &&
        (isChosen && mayChange ? (
          <WeekEditor hours={stretchesOf(hours)} change={(week) => change(withWeek(hours, week))} />
        ) : (
          <p className="small">{zoneHoursText(say, hours)}</p>
        ))}
      {rule === "while_closed" && neverCloses && (
        <p className="small fault">
          {say(
            "该场所登记为全天营业：只有休息日才算营业时间外。",
            "This site is open all day: only closed days count as outside of its hours.",
          )}
        </p>
      )}
    </div>
  );
}

// Places of a camera that nobody looks at now: no alert from there says nothing about them.
export function AsleepNote({ zones }: { zones: readonly ZoneView[] }) {
  const say = useSay();
  const names = zones.filter((zone) => zone.is_asleep && zone.type !== "ignored").map((zone) => zone.name);
  if (names.length === 0) return null;
  return (
    <p className="warning" id="asleep" role="note">
      {say(
        `此刻不看 ${names.length} 个区域：${names.join("、")}。没有告警不代表合规。`,
        `Not looked at now: ${names.join(", ")}. No alert there does not mean that all is well.`,
      )}
    </p>
  );
}
