// Reports to take away: of a day or a month, as PDF or XLSX, in the language of the page.

import { usePreferences } from "../shell/preferences";
import { reportAddress } from "./figures";
import { PeriodFields, usePeriod } from "./period";

export function Reports({ enterpriseId, today }: { enterpriseId: string; today: string }) {
  const { say, language } = usePreferences();
  const chosen = usePeriod(today);
  return (
    <section className="card pad" id="reports" aria-label={say("报表", "Reports")}>
      <h2>{say("报表下载", "Reports to take away")}</h2>
      <div className="controls">
        <PeriodFields chosen={chosen} today={today} />
        {chosen.period !== "" &&
          (["pdf", "xlsx"] as const).map((format) => (
            <a
              key={format}
              className="button"
              id={`report-${format}`}
              href={reportAddress(enterpriseId, chosen.period, format, language)}
              download
            >
              {format.toUpperCase()}
            </a>
          ))}
      </div>
      <p className="soft small">
        {say(
          "仅供本企业与有权机关使用，每次下载记入日志。报表末页写明所依据的评价方案与数据摘要。",
          "For the enterprise and the authority only; each one taken is logged. The last page names the profile and the checksums it rests on.",
        )}
      </p>
    </section>
  );
}
