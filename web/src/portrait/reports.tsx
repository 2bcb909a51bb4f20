// Reports to take away: of a day or a month, as PDF or XLSX, in the language of the page.

import { useState } from "react";
import { usePreferences } from "../shell/preferences";
import { reportAddress } from "./figures";

export function Reports({ enterpriseId, today }: { enterpriseId: string; today: string }) {
  const { say, language } = usePreferences();
  const [kind, setKind] = useState<"month" | "day">("month");
  const [month, setMonth] = useState(today.slice(0, 7));
  const [date, setDate] = useState(today);
  const period = kind === "month" ? month : date;
  return (
    <section className="card pad" id="reports" aria-label={say("报表", "Reports")}>
      <h2>{say("报表下载", "Reports to take away")}</h2>
      <div className="controls">
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
              value={month}
              onChange={(event) => setMonth(event.target.value)}
            />
          </label>
        ) : (
          <label>
            {say("日期", "Day")}
            <input name="date" type="date" max={today} value={date} onChange={(event) => setDate(event.target.value)} />
          </label>
        )}
        {period !== "" &&
          (["pdf", "xlsx"] as const).map((format) => (
            <a
              key={format}
              className="button"
              id={`report-${format}`}
              href={reportAddress(enterpriseId, period, format, language)}
              download
            >
              {format.toUpperCase()}
            </a>
          ))}
      </div>
      <p className="soft small">
        {say(
          "仅供本企业与有权机关使用。报表末页写明所依据的评价方案与数据摘要。",
          "For the enterprise and the authority only. The last page names the profile and the checksums it rests on.",
        )}
      </p>
    </section>
  );
}
