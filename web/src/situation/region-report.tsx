// The report of a day or month about all enterprises of one's scope in a region, for those who may read the record.

import { useMutation } from "@tanstack/react-query";
import { Problem } from "../api/client";
import { useMe, useRegionName } from "../api/queries";
import { PeriodFields, usePeriod } from "../portrait/period";
import { serviceNow } from "../shell/clock";
import { usePreferences } from "../shell/preferences";
import { save } from "../shell/save";
import type { Say } from "../words/say";

type Format = "pdf" | "xlsx";

export function regionReportAddress(region: string, period: string, format: Format, language: string): string {
  return `/api/v1/credit/report?${new URLSearchParams({ region, period, format, language })}`;
}

// Days of reports are counted in China, wherever the screen stands.
export const today = (now = new Date(serviceNow())): string =>
  now.toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });

export function refusal(say: Say, error: Error | null): string {
  if (error === null) return "";
  if (error instanceof Problem && error.status === 422)
    return say(
      "无法出具：一份报表最多 500 家企业，且周期须已开始。请选择下级区域。",
      "Not made: a report holds at most 500 enterprises, and its period must have begun. Choose a smaller region.",
    );
  return error.message;
}

// `region`: the beginning of six digits; empty for everything within one's scope.
export function RegionReport({ region }: { region: string }) {
  const { say, language } = usePreferences();
  const regionName = useRegionName();
  const { data: me } = useMe();
  const day = today();
  const chosen = usePeriod(day);
  const taking = useMutation({
    mutationFn: (format: Format) =>
      save(regionReportAddress(region, chosen.period, format, language), `report.${format}`),
  });
  if (!me?.permissions.includes("read_credit")) return null;
  return (
    <section className="card pad" id="region-report" aria-label={say("区域报表", "Report of the region")}>
      <h2>{say("区域报表", "Report of the region")}</h2>
      <div className="controls">
        <PeriodFields chosen={chosen} today={day} />
        {(["pdf", "xlsx"] as const).map((format) => (
          <button
            key={format}
            type="button"
            className="plain"
            id={`region-report-${format}`}
            disabled={chosen.period === "" || taking.isPending}
            onClick={() => taking.mutate(format)}
          >
            {format.toUpperCase()}
          </button>
        ))}
        <span role="status" className="soft">
          {taking.isPending && say("正在生成，可能需要一会儿…", "Being made; that may take a while…")}
          {taking.isSuccess && say("已下载。", "Taken.")}
        </span>
      </div>
      <p className="fault" role="alert">
        {refusal(say, taking.error)}
      </p>
      <p className="soft small">
        {region === ""
          ? say("权限范围内全部企业。", "All enterprises within your scope. ")
          : say(`${regionName(region)}内您可见的企业。`, `Enterprises of yours in ${regionName(region)}. `)}
        {say(
          "不供公开；每次下载记入日志。未经人工核实的 AI 线索单列，权重为零。",
          "Not for the public; each one taken is logged. Leads that no person has verified stand apart and weigh nothing.",
        )}
      </p>
    </section>
  );
}
