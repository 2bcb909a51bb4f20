// The three ledgers with their way down to the alert: leads, which weigh nothing; supervision; decisions of authorities.

import { type ReactNode, useEffect, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { SupervisionEntry } from "../api/client";
import { useCodes, useSites } from "../api/queries";
import { ClassBadge } from "../shell/badges";
import { useSay } from "../shell/preferences";
import {
  figureWords,
  leadName,
  recordKindName,
  recordStateName,
  recordStepName,
  supervisionName,
} from "../words/credit";
import { nameOf } from "../words/names";
import { fullTime, type Say } from "../words/say";
import { Clauses } from "./clauses";
import { type Fate, fates, isUnreviewed, recordSteps } from "./figures";
import { useLeads, useRecords, useSupervision } from "./queries";
import { entryPath, madeBy } from "./standing";

const FEW = 12;
const LEDGERS = [
  { key: "a", name: (say: Say) => say("A 线索台账", "A Leads") },
  { key: "b", name: (say: Say) => say("B 监管台账", "B Supervision") },
  { key: "c", name: (say: Say) => say("C 公共记录", "C Public records") },
] as const;

export function Ledgers({ enterpriseId }: { enterpriseId: string }) {
  const say = useSay();
  const [query, setQuery] = useSearchParams();
  const chosen = query.get("ledger") ?? "a";
  return (
    <section className="card pad" aria-label={say("三本台账", "The three ledgers")}>
      <div className="line">
        <h2>{say("三本台账", "The three ledgers")}</h2>
        <div className="chips">
          {LEDGERS.map(({ key, name }) => (
            <button
              key={key}
              type="button"
              className="chip"
              id={`ledger-${key}`}
              aria-pressed={chosen === key}
              onClick={() => setQuery({ ledger: key }, { replace: true, preventScrollReset: true })}
            >
              {name(say)}
            </button>
          ))}
        </div>
      </div>
      {chosen === "c" ? (
        <Decisions enterpriseId={enterpriseId} />
      ) : chosen === "b" ? (
        <Supervision enterpriseId={enterpriseId} wanted={query.get("entry")} />
      ) : (
        <Leads enterpriseId={enterpriseId} />
      )}
    </section>
  );
}

// The first of many, and the rest on demand.
function Some<T>({ items, show, first = FEW }: { items: readonly T[]; show: (item: T) => ReactNode; first?: number }) {
  const say = useSay();
  const [count, setCount] = useState(first);
  return (
    <>
      <ol className="bare ledger">{items.slice(0, count).map(show)}</ol>
      {items.length > count && (
        <button type="button" className="plain more" onClick={() => setCount(count + 50)}>
          {say(`还有 ${items.length - count} 条`, `${items.length - count} more`)}
        </button>
      )}
      {items.length === 0 && <p className="soft">{say("没有记录。", "There is no entry.")}</p>}
    </>
  );
}

function NotAll({ isAll }: { isAll: boolean }) {
  const say = useSay();
  if (isAll) return null;
  return (
    <p className="leadbar">
      {say(
        "台账很长，此处只载入了最早的 10,000 条；其余请通过接口读取。",
        "The ledger is long: its oldest 10,000 entries are loaded here. Read the others by the API.",
      )}
    </p>
  );
}

function useNames() {
  const say = useSay();
  const { data: codes = [] } = useCodes();
  const { data: sites = [] } = useSites();
  return {
    code: (code: string) => {
      const known = codes.find((one) => one.code === code);
      return known ? nameOf(say, known) : code;
    },
    site: (id: string | null) => sites.find((one) => one.site_id === id)?.name ?? "",
  };
}

function Leads({ enterpriseId }: { enterpriseId: string }) {
  const say = useSay();
  const { data, error } = useLeads(enterpriseId);
  const [isOpenOnly, setOpenOnly] = useState(false);
  const names = useNames();
  if (!data) return <p className="soft">{error?.message ?? say("正在载入…", "Loading…")}</p>;
  const all = fates(data.items);
  const shown = isOpenOnly ? all.filter(isUnreviewed) : all;
  return (
    <>
      <p className="leadbar">
        {say(
          "本台账只供核对：AI 线索在人工核实前不计入任何评价，权重为零。",
          "For checking only: until a person has verified it, a lead of the AI counts towards nothing and weighs zero.",
        )}
      </p>
      <label className="check">
        <input type="checkbox" checked={isOpenOnly} onChange={() => setOpenOnly(!isOpenOnly)} />
        {say("只看未核实的", "Only those that nobody has verified")}
      </label>
      <NotAll isAll={data.isAll} />
      <Some
        key={String(isOpenOnly)}
        items={shown}
        show={(fate: Fate) => (
          <li key={fate.alertId} data-lead={fate.alertId} className={isUnreviewed(fate) ? "weighs-nothing" : undefined}>
            <span className="when soft small">{fullTime(say, fate.foundAt)}</span>
            <span className="what">
              <strong>{names.code(fate.code)}</strong> <span className="soft small">{names.site(fate.siteId)}</span>
              <span className="soft small way">{fate.steps.map((step) => leadName(say, step.kind)).join(" → ")}</span>
            </span>
            <span className="badges">
              {isUnreviewed(fate) ? (
                <span className="badge state-raised">
                  {fate.kind === "expired" ? leadName(say, "expired") : say("未核实", "Unreviewed")} ·{" "}
                  {say("权重 0", "weight 0")}
                </span>
              ) : (
                <span className={`badge ${fate.kind === "confirmed" ? "good" : ""}`}>{leadName(say, fate.kind)}</span>
              )}
            </span>
            <Link to={`/alerts/${fate.alertId}`}>{say("告警与证据", "Alert and evidence")}</Link>
          </li>
        )}
      />
    </>
  );
}

function Supervision({ enterpriseId, wanted }: { enterpriseId: string; wanted: string | null }) {
  const say = useSay();
  const { data, error } = useSupervision(enterpriseId);
  const [hasHours, setHours] = useState(false);
  if (!data) return <p className="soft">{error?.message ?? say("正在载入…", "Loading…")}</p>;
  const shown = data.items
    .filter((entry) => hasHours || entry.kind !== "observed")
    .sort((one, other) => other.at.localeCompare(one.at) || other.number - one.number);
  const place = shown.findIndex((entry) => entry.entry_id === wanted);
  return (
    <>
      <p className="soft small">
        {say(
          "经人工确认的问题、整改与核实、自查、检查。指数由本台账和公共记录算出。",
          "Findings that people confirmed, corrections and their checks, self-checks, inspections. The index rests on this ledger and the records.",
        )}
      </p>
      <label className="check">
        <input type="checkbox" checked={hasHours} onChange={() => setHours(!hasHours)} />
        {say("显示每日观察时长", "Show the hours observed each day")}
      </label>
      <NotAll isAll={data.isAll} />
      <Some
        key={`${hasHours} ${wanted}`}
        items={shown}
        first={Math.max(FEW, place + 1)}
        show={(entry) => (
          <Entry key={entry.number} enterpriseId={enterpriseId} entry={entry} isWanted={entry.entry_id === wanted} />
        )}
      />
    </>
  );
}

interface EntryGiven {
  enterpriseId: string;
  entry: SupervisionEntry;
  isWanted: boolean;
}

function Entry({ enterpriseId, entry, isWanted }: EntryGiven) {
  const say = useSay();
  const names = useNames();
  const place = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isWanted) place.current?.scrollIntoView({ block: "center" });
  }, [isWanted]);
  return (
    <li ref={place} data-entry={entry.entry_id} className={isWanted ? "wanted" : undefined}>
      <span className="when soft small">{fullTime(say, entry.at)}</span>
      <span className="what">
        <Link to={entryPath(enterpriseId, entry.entry_id)} data-act="trace">
          <strong>{supervisionName(say, entry.kind)}</strong> {entry.code && names.code(entry.code)}
        </Link>{" "}
        <span className="soft small">{names.site(entry.site_id)}</span>
        {Object.keys(entry.figures).length > 0 && (
          <span className="soft small way">{figureWords(say, entry.figures)}</span>
        )}
        {entry.reason && <span className="way">{entry.reason}</span>}
        {entry.corrects && (
          <span className="soft small way">
            {say("更正条目", "Corrects")}{" "}
            <Link to={entryPath(enterpriseId, entry.corrects)}>
              <code>{entry.corrects}</code>
            </Link>
          </span>
        )}
        <Clauses references={entry.clauses} />
      </span>
      <span className="badges">{entry.risk_class && <ClassBadge name={entry.risk_class} isShort />}</span>
      {entry.alert_id ? (
        <Link to={`/alerts/${entry.alert_id}`}>{say("告警与证据", "Alert and evidence")}</Link>
      ) : (
        <span className="soft small">{madeBy(say, entry.kind)}</span>
      )}
    </li>
  );
}

function Decisions({ enterpriseId }: { enterpriseId: string }) {
  const say = useSay();
  const { data, error } = useRecords(enterpriseId);
  if (!data) return <p className="soft">{error?.message ?? say("正在载入…", "Loading…")}</p>;
  return (
    <>
      <p className="soft small">
        {say(
          "只由执法人员依文书录入。AI 线索不会自动成为公共记录。",
          "Entered by officers from documents only. No lead becomes a public record by itself.",
        )}
      </p>
      <Some
        items={recordSteps(data)}
        show={(step) => (
          <li key={`${step.record.record_id} ${step.at} ${step.kind}`}>
            <span className="when soft small">{fullTime(say, step.at)}</span>
            <span className="what">
              <strong>{step.kind === "entered" ? say("登记", "Entered") : recordStepName(say, step.kind)}</strong>{" "}
              {recordKindName(say, step.record.kind)} · {step.record.document_no}
              {step.words && <span className="soft small way">{step.words}</span>}
            </span>
            <span className="badges">
              <span className="badge">{recordStateName(say, step.record.state)}</span>
            </span>
            <a href={`#record-${step.record.record_id}`}>{say("文书", "Document")}</a>
          </li>
        )}
      />
    </>
  );
}
