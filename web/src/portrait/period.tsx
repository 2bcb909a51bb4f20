// The day or month that a report is about.

import { useState } from "react";
import { useSay } from "../shell/preferences";

export interface Chosen {
  kind: "month" | "day";
  period: string; // 2026-10 or 2026-10-31; empty where none is chosen
  setKind: (kind: "month" | "day") => void;
  setPeriod: (period: string) => void;
}

export function usePeriod(today: string): Chosen {
  const [kind, setKind] = useState<"month" | "day">("month");
  const [month, setMonth] = useState(today.slice(0, 7));
  const [date, setDate] = useState(today);
  const isMonth = kind === "month";
  return { kind, period: isMonth ? month : date, setKind, setPeriod: isMonth ? setMonth : setDate };
}

export function PeriodFields({ chosen, today }: { chosen: Chosen; today: string }) {
  const say = useSay();
  const { kind, period, setKind, setPeriod } = chosen;
  return (
    <>
      <label>
        {say("周期", "Of")}
        <select name="kind" value={kind} onChange={(event) => setKind(event.target.value as "month" | "day")}>
          <option value="month">{say("月报", "a month")}</option>
          <option value="day">{say("日报", "a day")}</option>
        </select>
      </label>
      {kind === "month" ? (
        <label>
          {say("月份", "Month")}
          <input
            name="month"
            type="month"
            max={today.slice(0, 7)}
            value={period}
            onChange={(event) => setPeriod(event.target.value)}
          />
        </label>
      ) : (
        <label>
          {say("日期", "Day")}
          <input
            name="date"
            type="date"
            max={today}
            value={period}
            onChange={(event) => setPeriod(event.target.value)}
          />
        </label>
      )}
    </>
  );
}
