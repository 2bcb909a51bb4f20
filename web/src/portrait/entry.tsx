// One entry of the supervision ledger: what it says, who entered it, where it comes from down to picture and paper, what
// became of it, and its place in the chain.

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useParams } from "react-router";
import { Answers } from "../alerts/rectify";
import { Still } from "../alerts/still";
import { type AlertDetail, api, type Me, Problem, taken } from "../api/client";
import { useCodes, useSites } from "../api/queries";
import { ClassBadge, StateBadge } from "../shell/badges";
import { useKeys } from "../shell/keys";
import { useSay } from "../shell/preferences";
import { figureWords, recovery, supervisionName } from "../words/credit";
import { evidenceName, missingName, nameOf } from "../words/names";
import { day, fullTime } from "../words/say";
import { Clauses } from "./clauses";
import { useEnterprise, useExplanation } from "./queries";
import { entryPath, type NamedEntry, originOf, type Traced, worthOf } from "./standing";
import "../styles/desk.css";
import "../styles/portrait.css";

export default function EntryPage({ me }: { me: Me }) {
  const say = useSay();
  const { enterpriseId = "", entryId = "" } = useParams();
  const mayRead = me.permissions.includes("read_credit");
  const { data, error } = useQuery({
    queryKey: ["entry", enterpriseId, entryId],
    enabled: mayRead,
    queryFn: () =>
      taken(
        api.GET("/api/v1/enterprises/{enterprise_id}/ledgers/supervision/{entry_id}", {
          params: { path: { enterprise_id: enterpriseId, entry_id: entryId } },
        }),
      ),
  });
  if (!mayRead)
    return (
      <p className="card pad" role="alert">
        {say("您的账户无权查看信用档案。", "Your account may not read the credit record.")}
      </p>
    );
  if (error && data === undefined)
    return (
      <p className="card pad" role="alert">
        {error instanceof Problem && (error.status === 404 || error.status === 422)
          ? say("台账中没有这条记录，或不在您的范围内。", "There is no such entry within your scope.")
          : error.message}
      </p>
    );
  if (data === undefined) return <p className="loading soft">{say("正在载入…", "Loading…")}</p>;
  return <Shown key={data.entry.entry_id} me={me} enterpriseId={enterpriseId} traced={data} />;
}

interface Given {
  enterpriseId: string;
  traced: Traced;
}

function Shown({ me, enterpriseId, traced }: Given & { me: Me }) {
  const say = useSay();
  const { data: codes = [] } = useCodes();
  const { entry } = traced;
  const code = codes.find((one) => one.code === entry.code);
  const worth = worthOf(say, traced);
  const back = new URLSearchParams({ ledger: "b", entry: entry.entry_id }).toString();
  return (
    <div className="portrait entry-page" data-traced={entry.entry_id}>
      <Link className="back quiet" to={`/enterprises/${enterpriseId}?${back}`}>
        {say("← 返回监管台账", "← Back to the ledger")}
      </Link>
      <header className="card pad">
        <div className="heading">
          <h1>
            {supervisionName(say, entry.kind)}
            {entry.code && ` · ${code ? nameOf(say, code) : entry.code}`}
          </h1>
          <span className="badges">
            {entry.risk_class && <ClassBadge name={entry.risk_class} isShort />}
            <span className={`badge ${worth.tone}`} id="entry-worth">
              {worth.words}
            </span>
          </span>
        </div>
        <Facts enterpriseId={enterpriseId} traced={traced} />
      </header>
      <div className="columns halves">
        <div className="stack">
          <Origin me={me} traced={traced} />
        </div>
        <div className="stack">
          {traced.case.length > 0 && <Case enterpriseId={enterpriseId} traced={traced} />}
          <Corrections enterpriseId={enterpriseId} traced={traced} />
          {worth.counts && <Effect enterpriseId={enterpriseId} traced={traced} />}
          <Chain traced={traced} />
        </div>
      </div>
    </div>
  );
}

function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section className="card pad" id={id} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Facts({ enterpriseId, traced }: Given) {
  const say = useSay();
  const { data: sites = [] } = useSites();
  const { data: enterprise } = useEnterprise(enterpriseId);
  const { entry } = traced;
  const site = sites.find((one) => one.site_id === entry.site_id)?.name ?? entry.site_id;
  const pairs: [string, ReactNode][] = [
    [
      say("企业", "Enterprise"),
      <Link key="firm" to={`/enterprises/${enterpriseId}`}>
        {enterprise?.name ?? enterpriseId}
      </Link>,
    ],
    [say("门店", "Site"), site],
    [say("所属日期", "Of the day"), day(say, entry.day)],
    [say("记入时间", "Entered"), fullTime(say, entry.at)],
    [
      say("录入人", "Entered by"),
      <strong key="by" id="entry-by">
        {entry.by ?? say("程序计量", "Measured by the program")}
      </strong>,
    ],
    [say("整改提交人", "Reported by"), traced.submitter],
    [say("数值", "Figures"), figureWords(say, entry.figures)],
    [say("理由", "Reason"), entry.reason],
    [say("条款", "Clauses"), entry.clauses.length > 0 && <Clauses key="clauses" references={entry.clauses} />],
    [say("目录版本", "Catalogue"), entry.code && traced.code_version],
    [say("条目编号", "Entry"), <code key="id">{entry.entry_id}</code>],
  ];
  return (
    <dl className="facts">
      {pairs
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Origin({ me, traced }: { me: Me; traced: Traced }) {
  const say = useSay();
  const alertId = traced.entry.alert_id;
  const title = say("来源", "Where it comes from");
  const { data: alert, error } = useQuery({
    queryKey: ["alert", alertId],
    enabled: alertId !== null,
    queryFn: ({ signal }) =>
      taken(api.GET("/api/v1/alerts/{alert_id}", { params: { path: { alert_id: alertId ?? "" } }, signal })),
  });
  if (alertId === null)
    return (
      <Section id="entry-origin" title={title}>
        <p>{originOf(say, traced.entry.kind)}</p>
      </Section>
    );
  if (!alert)
    return (
      <Section id="entry-origin" title={title}>
        {error ? (
          <p role="alert">
            {error instanceof Problem && error.status === 404
              ? say(
                  `告警 ${alertId} 不在本系统或已按留存规则删除；台账条目保留。`,
                  `Alert ${alertId} is not here, or was deleted by the rules of keeping; the entry stays.`,
                )
              : error.message}
          </p>
        ) : (
          <p className="soft">{say("正在载入…", "Loading…")}</p>
        )}
      </Section>
    );
  return <Pictures alert={alert} maySee={me.permissions.includes("see_unmasked")} title={title} />;
}

function Pictures({ alert, maySee, title }: { alert: AlertDetail; maySee: boolean; title: string }) {
  const say = useSay();
  const [isOn, setOn] = useState(false);
  useKeys((key) => {
    if (key !== "b") return false;
    setOn(!isOn);
    return true;
  });
  const still = alert.evidence.find((one) => one.kind === "still");
  const boxes = alert.evidence.find((one) => one.kind === "boxes");
  const place = [alert.site_name, alert.camera_name].filter(Boolean).join(" · ");
  return (
    <Section id="entry-origin" title={title}>
      <p className="line">
        <span>
          {place} · {fullTime(say, alert.started_at)}
        </span>
        <StateBadge state={alert.state} />
      </p>
      {still?.state === "stored" ? (
        <Still still={still} boxes={boxes} sightings={alert.boxes} isOn={isOn} turn={() => setOn(!isOn)} />
      ) : (
        <p className="empty">{say("没有截图。", "There is no still.")}</p>
      )}
      <h3>{say("证据与校验值（SHA-256）", "Evidence and checksums (SHA-256)")}</h3>
      <ul className="bare papers">
        {alert.evidence.map((piece) => (
          <li key={piece.evidence_id} data-piece={piece.kind}>
            <span className="line">
              <strong>{evidenceName(say, piece.kind)}</strong>
              {piece.state !== "stored" && (
                <span className="soft">
                  {piece.state === "pending"
                    ? say("正在制作…", "It is being made…")
                    : say(
                        `缺失：${missingName(say, piece.cause ?? "")}`,
                        `Missing: ${missingName(say, piece.cause ?? "")}`,
                      )}
                </span>
              )}
            </span>
            {piece.sha256 && <code className="sum">{piece.sha256}</code>}
          </li>
        ))}
      </ul>
      <Answers alert={alert} maySee={maySee} />
      <Link className="button" to={`/alerts/${alert.alert_id}`}>
        {say("打开告警、视频与全部经过", "Open the alert, its clip and its history")}
      </Link>
    </Section>
  );
}

function Case({ enterpriseId, traced }: Given) {
  const say = useSay();
  return (
    <Section id="entry-case" title={say("本案各步", "The steps of its case")}>
      <ol className="bare steps">
        {traced.case.map((step) => (
          <Step
            key={step.entry_id}
            step={step}
            enterpriseId={enterpriseId}
            isHere={step.entry_id === traced.entry.entry_id}
          />
        ))}
      </ol>
    </Section>
  );
}

function Step({ step, enterpriseId, isHere }: { step: NamedEntry; enterpriseId: string; isHere: boolean }) {
  const say = useSay();
  const name = supervisionName(say, step.kind);
  return (
    <li data-step={step.entry_id} aria-current={isHere ? "step" : undefined}>
      <div className="line">
        <strong>{isHere ? name : <Link to={entryPath(enterpriseId, step.entry_id)}>{name}</Link>}</strong>
        <span className="badges">
          {isHere && <span className="badge">{say("本条", "This one")}</span>}
          {step.is_corrected && <span className="badge warn">{say("已更正", "Corrected")}</span>}
          <span className="soft small">{fullTime(say, step.at)}</span>
        </span>
      </div>
      <div className="soft">
        {step.by ?? say("程序计量", "measured")}
        {step.reason && `：${step.reason}`}
      </div>
    </li>
  );
}

function Corrections({ enterpriseId, traced }: Given) {
  const say = useSay();
  const { corrected, corrections } = traced;
  return (
    <Section id="entry-corrections" title={say("更正", "Corrections")}>
      {corrected && (
        <>
          <p>{say("本条更正：", "It corrects:")}</p>
          <ol className="bare steps">
            <Step step={corrected} enterpriseId={enterpriseId} isHere={false} />
          </ol>
        </>
      )}
      {corrections.length > 0 && (
        <ol className="bare steps">
          {corrections.map((one) => (
            <Step key={one.entry_id} step={one} enterpriseId={enterpriseId} isHere={false} />
          ))}
        </ol>
      )}
      {!corrected && corrections.length === 0 && (
        <p className="soft">
          {say(
            "没有更正。有误时由执法人员追加更正，原条目不改不删。",
            "None. Officers correct by a further entry; none is changed or deleted.",
          )}
        </p>
      )}
    </Section>
  );
}

// What it costs now, where it is among what the explanation of the index names.
function Effect({ enterpriseId, traced }: Given) {
  const say = useSay();
  const { data: explained } = useExplanation(enterpriseId);
  const { entry } = traced;
  const finding = explained?.findings.find((one) => one.alert_id === entry.alert_id);
  const paper = explained?.papers.find((one) => one.reference === entry.entry_id);
  const cost = finding?.cost ?? paper?.cost;
  if (!explained || cost === undefined) return null;
  return (
    <Section id="entry-effect" title={say("对指数的影响", "What it does to the index")}>
      <p>
        <strong>{cost < 0.05 ? "<0.1" : `−${cost.toFixed(1)}`}</strong>{" "}
        <span className="soft small">
          {say(`按 ${day(say, explained.credit.as_of)}`, `as of ${day(say, explained.credit.as_of)}`)}
        </span>
      </p>
      {finding && recovery(say, finding, explained.credit.as_of).map((line) => <div key={line}>{line}</div>)}
      {paper?.ends_on && (
        <div>{say(`${day(say, paper.ends_on)} 后不再计入`, `Gone after ${day(say, paper.ends_on)}`)}</div>
      )}
    </Section>
  );
}

function Chain({ traced }: { traced: Traced }) {
  const say = useSay();
  return (
    <Section id="entry-chain" title={say("在台账链中的位置", "Its place in the ledger's chain")}>
      <p>
        <span className={`badge ${traced.is_intact ? "good" : "class-I"}`}>
          {traced.is_intact ? say("与写入时一致", "As it was written") : say("与写入时不一致", "Not as it was written")}
        </span>{" "}
        {say(`第 ${traced.entry.number} 条`, `No. ${traced.entry.number}`)}
      </p>
      <div className="soft small">{say("本条校验值（SHA-256）", "Its checksum (SHA-256)")}</div>
      <code className="sum">{traced.sha256}</code>
      <div className="soft small">{say("前一条的校验值", "That of the entry before")}</div>
      <code className="sum">{traced.previous_sha256}</code>
      <p className="soft small">
        {say("整条链由 brightkitchen verify 核对。", "brightkitchen verify checks the whole chain.")}
      </p>
    </Section>
  );
}
