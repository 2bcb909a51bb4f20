// What was found over all places that one may see, and what people made of it. Only what a person confirmed counts.

import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { Link, useSearchParams } from "react-router";
import { NO_FILTER, queryOf } from "../alerts/list";
import { api, taken } from "../api/client";
import { useCodes, useEnterprises, useSites } from "../api/queries";
import { WideTable } from "../portrait/wide-table";
import { Choice } from "../shell/choice";
import { serviceNow } from "../shell/clock";
import { late } from "../shell/late";
import { useSay } from "../shell/preferences";
import { keep } from "../shell/save";
import { useFreshFigures } from "../situation/queries";
import "../styles/counts.css";
import "../styles/portrait.css";
import { nameOf, shortLead } from "../words/names";
import { day, type Say } from "../words/say";
import { type Asked, askedOf, bars, byCode, FIGURES, type Figures, type Overall, SPANS, table } from "./asked";

const Trend = late(() => import("../chart/trend"));
const EVERY_MS = 60_000;

const FIGURE_NAMES: Record<keyof Figures, (say: Say) => string> = {
  detected: (say) => say("检出", "Detected"),
  unreviewed: (say) => say("未核实", "Unreviewed"),
  confirmed: (say) => say("已确认（计入）", "Confirmed (counts)"),
  dismissed: (say) => say("已排除", "Dismissed"),
  unclear: (say) => say("无法判断", "Unclear"),
};

function useCounts(asked: Asked) {
  const { from, to, enterprise, site, code } = asked;
  return useQuery({
    queryKey: ["counts", from, to, enterprise, site, code],
    refetchInterval: EVERY_MS,
    placeholderData: (before: Overall | undefined) => before,
    queryFn: () =>
      taken(
        api.GET("/api/v1/counts", {
          params: {
            query: {
              from,
              to,
              ...(enterprise ? { enterprise_id: enterprise } : {}),
              ...(site ? { site_id: site } : {}),
              ...(code ? { code: [code] } : {}),
            },
          },
        }),
      ),
  });
}

export default function Counts() {
  const say = useSay();
  useFreshFigures();
  const [query, setQuery] = useSearchParams();
  const asked = askedOf(query, new Date(serviceNow()));
  const { data, error } = useCounts(asked);
  const put = (changes: Record<string, string | null>) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    setQuery(next, { replace: true });
  };
  return (
    <div className="counts-page">
      <div className="heading">
        <h1>{say("统计", "Counts")}</h1>
        <span className="soft">{shortLead(say)}</span>
      </div>
      <Asking asked={asked} put={put} />
      {error && <p role="alert">{error.message}</p>}
      {data ? <Told asked={asked} told={data} /> : <p className="loading soft">{say("正在载入…", "Loading…")}</p>}
    </div>
  );
}

function Asking({ asked, put }: { asked: Asked; put: (changes: Record<string, string | null>) => void }) {
  const say = useSay();
  const { data: enterprises = [] } = useEnterprises();
  const { data: sites = [] } = useSites();
  const { data: codes = [] } = useCodes();
  const here = asked.enterprise ? sites.filter((one) => one.enterprise_id === asked.enterprise) : sites;
  return (
    <section className="card pad asking" aria-label={say("筛选", "Filter")}>
      <div className="chips">
        {SPANS.map((span) => (
          <button
            key={span}
            type="button"
            className="chip"
            aria-pressed={asked.days === span}
            onClick={() => put({ days: String(span), from: null, to: null })}
          >
            {say(`近 ${span} 天`, `${span} days`)}
          </button>
        ))}
      </div>
      <label className="day">
        {say("自", "From")}
        <input
          type="date"
          id="counts-from"
          value={asked.from}
          max={asked.to}
          onChange={(event) => event.target.value && put({ from: event.target.value, to: asked.to, days: null })}
        />
      </label>
      <label className="day">
        {say("至", "To")}
        <input
          type="date"
          id="counts-to"
          value={asked.to}
          min={asked.from}
          onChange={(event) => event.target.value && put({ from: asked.from, to: event.target.value, days: null })}
        />
      </label>
      {enterprises.length > 1 && (
        <Choice
          allowClear
          showSearch
          id="counts-enterprise"
          aria-label={say("企业", "Enterprise")}
          placeholder={say("全部企业", "All enterprises")}
          optionFilterProp="label"
          value={asked.enterprise ?? undefined}
          onChange={(value: string | undefined) => put({ enterprise: value ?? null, site: null })}
          options={enterprises.map((one) => ({ value: one.enterprise_id, label: one.name }))}
        />
      )}
      <Choice
        allowClear
        showSearch
        id="counts-site"
        aria-label={say("场所", "Site")}
        placeholder={say("全部场所", "All sites")}
        optionFilterProp="label"
        value={asked.site ?? undefined}
        onChange={(value: string | undefined) => put({ site: value ?? null })}
        options={here.map((one) => ({ value: one.site_id, label: one.name }))}
      />
      <Choice
        allowClear
        showSearch
        id="counts-code"
        aria-label={say("风险代码", "Risk code")}
        placeholder={say("全部风险代码", "All risk codes")}
        optionFilterProp="label"
        value={asked.code ?? undefined}
        onChange={(value: string | undefined) => put({ code: value ?? null })}
        options={codes.map((one) => ({ value: one.code, label: nameOf(say, one) }))}
      />
    </section>
  );
}

function Told({ asked, told }: { asked: Asked; told: Overall }) {
  const say = useSay();
  const { data: codes = [] } = useCodes();
  const names = new Map(codes.map((code) => [code.code, nameOf(say, code)]));
  const named = (code: string) => names.get(code) ?? code;
  const { bars: shown, isByMonth } = bars(told.days, told.from, told.to);
  return (
    <>
      <section className="figures" aria-label={say("合计", "Sums")}>
        {FIGURES.map((name) => (
          <div key={name} className={`card pad figure ${name}`} data-figure={name}>
            <span>{FIGURE_NAMES[name](say)}</span>
            <strong>{told.total[name]}</strong>
          </div>
        ))}
      </section>
      <p className="soft small" id="counts-words">
        {day(say, told.from)} – {day(say, told.to)} · {say(told.statement_zh, told.statement_en)}
      </p>
      {told.total.detected === 0 ? (
        <p className="card pad" id="counts-none">
          {say(
            "这段时间没有检出记录。没有检出不等于没有问题：无画面时段不作判断。",
            "Nothing was found in this time. That does not mean all was well: nothing is judged while there is no picture.",
          )}
        </p>
      ) : (
        <>
          <section className="card pad" aria-label={say("趋势", "Trend")}>
            <div className="line">
              <h2>{isByMonth ? say("趋势（按月）", "Trend by month") : say("趋势（按日）", "Trend by day")}</h2>
              <button type="button" className="quiet" id="counts-csv" onClick={() => saveTable(say, told, named)}>
                {say("下载 CSV", "Download CSV")}
              </button>
            </div>
            <Suspense fallback={<div className="chart" />}>
              <Trend days={shown} />
            </Suspense>
          </section>
          <Codes asked={asked} told={told} named={named} />
          <Sites asked={asked} told={told} />
        </>
      )}
    </>
  );
}

function saveTable(say: Say, told: Overall, named: (code: string) => string): void {
  const heads = [
    say("日期", "Day"),
    say("代码", "Code"),
    say("风险", "Risk"),
    ...FIGURES.map((one) => FIGURE_NAMES[one](say)),
  ];
  keep(new Blob([table(told.days, heads, named)], { type: "text/csv" }), `counts-${told.from}-${told.to}.csv`);
}

// The same alerts at the desk, in any state.
const atDesk = (asked: Asked, more: { code?: string; site?: string }): { pathname: string; search: string } => ({
  pathname: "/alerts",
  search: queryOf({
    ...NO_FILTER,
    from: asked.from,
    to: asked.to,
    enterprise: asked.enterprise,
    site: more.site ?? asked.site,
    codes: more.code ? [more.code] : asked.code ? [asked.code] : [],
  }).toString(),
});

function Heads({ first }: { first: string }) {
  const say = useSay();
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {FIGURES.map((name) => (
          <th key={name} scope="col" className={name === "confirmed" ? "counts" : undefined}>
            {FIGURE_NAMES[name](say)}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Cells({ figures }: { figures: Figures }) {
  return FIGURES.map((name) => (
    <td key={name} className={name === "confirmed" ? "counts" : undefined}>
      {figures[name]}
    </td>
  ));
}

function Codes({ asked, told, named }: { asked: Asked; told: Overall; named: (code: string) => string }) {
  const say = useSay();
  return (
    <section className="card pad" aria-label={say("按风险", "By risk")}>
      <h2>{say("按风险", "By risk")}</h2>
      <WideTable label={say("按风险的计数表", "Table of counts by risk")}>
        <table className="plain-table" id="counts-codes">
          <Heads first={say("风险", "Risk")} />
          <tbody>
            {byCode(told.days).map((sum) => (
              <tr key={sum.code} data-code={sum.code}>
                <td>
                  <Link to={atDesk(asked, { code: sum.code })}>{named(sum.code)}</Link>
                </td>
                <Cells figures={sum} />
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
    </section>
  );
}

function Sites({ asked, told }: { asked: Asked; told: Overall }) {
  const say = useSay();
  const { data: sites = [] } = useSites();
  const { data: enterprises = [] } = useEnterprises();
  const siteNames = new Map(sites.map((one) => [one.site_id, one.name]));
  const firmNames = new Map(enterprises.map((one) => [one.enterprise_id, one.name]));
  return (
    <section className="card pad" aria-label={say("按场所", "By site")}>
      <h2>{say("按场所", "By site")}</h2>
      <WideTable label={say("按场所的计数表", "Table of counts by site")}>
        <table className="plain-table" id="counts-sites">
          <Heads first={say("场所", "Site")} />
          <tbody>
            {told.sites.map((one) => (
              <tr key={one.site_id} data-site={one.site_id}>
                <td>
                  <Link to={atDesk(asked, { site: one.site_id })}>
                    {siteNames.get(one.site_id) ?? say("已不在登记中的场所", "A site that is no longer registered")}
                  </Link>
                  <div className="soft small">{firmNames.get(one.enterprise_id)}</div>
                </td>
                <Cells figures={one} />
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
      {!told.is_all_sites && (
        <p className="soft small">
          {say(
            `仅列出前 ${told.sites.length} 个场所；合计含全部场所。`,
            `The first ${told.sites.length} sites; the sums are over all of them.`,
          )}
        </p>
      )}
    </section>
  );
}
