// One enterprise: its index and why, the way back, what is on record, and what of it weighs nothing.

import { type ReactNode, Suspense } from "react";
import { Link, useParams } from "react-router";
import type { EnterpriseView, Explanation, Me } from "../api/client";
import { Problem } from "../api/client";
import { useEnterprises, useRegionName } from "../api/queries";
import { Term } from "../help/term";
import { secondsSince } from "../shell/clock";
import { late } from "../shell/late";
import { useInOrder } from "../shell/order";
import { usePreferences, useSay } from "../shell/preferences";
import "../styles/portrait.css";
import { capReason, enterpriseTypeName } from "../words/credit";
import { day, duration } from "../words/say";
import { CreditBadge, Scale, ShadeBadge } from "./badges";
import { Counts } from "./counts";
import { Dates } from "./dates";
import { Deductions } from "./deductions";
import { Extracts } from "./extracts";
import { changes, fates, isUnreviewed, licenceLeft, type Shade, told } from "./figures";
import { Ledgers } from "./ledgers";
import { Peers } from "./peers";
import { useEnterprise, useExplanation, useHistory, useLeads } from "./queries";
import { Records } from "./records";
import { useRenewal } from "./renewal";
import { Repairs } from "./repairs";
import { Reports } from "./reports";
import { Imagine } from "./what-if";

const Colours = late(() => import("../chart/colours"));

export default function Portrait({ me }: { me: Me }) {
  const say = useSay();
  const { enterpriseId = "" } = useParams();
  const { data: enterprise, error } = useEnterprise(enterpriseId);
  if (!me.permissions.includes("read_credit"))
    return (
      <p className="card pad" role="alert">
        {say("您的账户无权查看信用档案。", "Your account may not read the credit record.")}
      </p>
    );
  if (error && enterprise === undefined)
    return (
      <p className="card pad" role="alert">
        {error instanceof Problem && error.status === 404
          ? say("没有这家企业，或不在您的范围内。", "There is no such enterprise within your scope.")
          : error.message}
      </p>
    );
  if (enterprise === undefined) return <p className="loading soft">{say("正在载入…", "Loading…")}</p>;
  return <Shown me={me} enterprise={enterprise} key={enterprise.enterprise_id} />;
}

function Shown({ me, enterprise }: { me: Me; enterprise: EnterpriseView }) {
  const say = useSay();
  const { data: all = [], isPending: awaitsAll } = useEnterprises();
  const { data: explained, error } = useExplanation(enterprise.enterprise_id);
  useRenewal(enterprise.enterprise_id);
  const awaitsIndex = [useHistory(enterprise.enterprise_id).isPending, useLeads(enterprise.enterprise_id).isPending];
  const shown = useInOrder([!awaitsAll, explained !== undefined && !awaitsIndex.includes(true), true]);
  if (shown < 2) return <p className="loading soft">{say("正在载入…", "Loading…")}</p>;
  return (
    <div className="portrait" data-enterprise={enterprise.enterprise_id}>
      {all.length > 1 && (
        <Link className="back quiet" to="/enterprises">
          {say("← 返回企业列表", "← Back to the list")}
        </Link>
      )}
      <Heading enterprise={enterprise} today={explained?.credit.as_of} />
      {error && <p role="alert">{error.message}</p>}
      {explained ? (
        <>
          <div className="columns">
            <Index explained={explained} />
            <History enterpriseId={enterprise.enterprise_id} />
          </div>
          <div className="stack" hidden={shown < 3}>
            <Deductions explained={explained} />
            <div className="columns">
              <Counts enterpriseId={enterprise.enterprise_id} today={explained.credit.as_of} />
              <Imagine explained={explained} />
            </div>
            <div className="columns halves">
              <Peers enterpriseId={enterprise.enterprise_id} />
              <div className="stack">
                <Dates enterpriseId={enterprise.enterprise_id} />
                <Reports enterpriseId={enterprise.enterprise_id} today={explained.credit.as_of} />
              </div>
            </div>
            <Ledgers enterpriseId={enterprise.enterprise_id} />
            <div className="columns halves">
              <Records me={me} enterpriseId={enterprise.enterprise_id} />
              <Repairs enterpriseId={enterprise.enterprise_id} />
            </div>
            {me.permissions.includes("answer") && <Extracts me={me} enterpriseId={enterprise.enterprise_id} />}
          </div>
        </>
      ) : (
        !error && <p className="loading soft">{say("正在计算指数…", "The index is being computed…")}</p>
      )}
    </div>
  );
}

function Heading({ enterprise, today }: { enterprise: EnterpriseView; today: string | undefined }) {
  const say = useSay();
  const regionName = useRegionName();
  const left = today ? licenceLeft(enterprise.licence_valid_to, today) : null;
  const facts: [string, ReactNode][] = [
    [say("统一社会信用代码", "Credit code"), <code key="code">{enterprise.credit_code}</code>],
    [
      say("许可证", "Licence"),
      enterprise.licence_no ? (
        <>
          {enterprise.licence_no}
          {enterprise.licence_valid_to &&
            say(`，至 ${day(say, enterprise.licence_valid_to)}`, `, to ${day(say, enterprise.licence_valid_to)}`)}{" "}
          {left !== null && (
            <span className={`badge ${left < 0 ? "class-I" : "warn"}`}>
              {left < 0 ? say("已过期", "Expired") : say(`还有 ${left} 天`, `${left} days left`)}
            </span>
          )}
        </>
      ) : (
        say("未登记", "not on record")
      ),
    ],
    [say("区划", "Region"), enterprise.region === null ? "—" : regionName(enterprise.region)],
  ];
  return (
    <header className="card pad firm-head">
      <div className="heading">
        <h1>{enterprise.name}</h1>
        <span className="badge">{enterpriseTypeName(say, enterprise.type)}</span>
      </div>
      <dl className="inline-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}

function Index({ explained }: { explained: Explanation }) {
  const say = useSay();
  const { credit } = explained;
  return (
    <section className="card pad index" aria-label={say("安心指数", "Index")}>
      <h2>
        <Term word="index">{say("安心指数", "Index")}</Term>
      </h2>
      <div className="figure">
        {credit.index !== null && <strong className="number">{credit.index.toFixed(1)}</strong>}
        <span className="badges">
          <CreditBadge credit={credit} />
          {credit.grade && <span className="badge">{say(`${credit.grade} 级`, `Grade ${credit.grade}`)}</span>}
        </span>
      </div>
      {credit.index !== null ? (
        <>
          <Scale credit={credit} />
          <p className="line small soft">
            <span>0</span>
            <span>
              {say("90% 区间", "90 % interval")} {credit.low?.toFixed(1)} – {credit.high?.toFixed(1)}
            </span>
            <span>100</span>
          </p>
        </>
      ) : (
        <p>
          {credit.standing === "new"
            ? say("观察时间未满，暂不给出指数。", "Observed too short a time for an index.")
            : say(
                `数据不足，不作推测：已观察 ${credit.observed_hours} 小时，${Math.round(credit.coverage * 100)}% 的权重有数据。`,
                `Too little is known, and nothing is guessed: ${credit.observed_hours} h observed, ${Math.round(credit.coverage * 100)} % of the weights have data.`,
              )}
        </p>
      )}
      {credit.caps.map((cap) => (
        <p key={cap.reason} className="leadbar">
          {capReason(say, cap.reason)}（{cap.references.length}）
        </p>
      ))}
      <Weightless enterpriseId={credit.enterprise_id} />
      <dl className="facts">
        <div>
          <dt>{say("已观察", "Observed")}</dt>
          <dd>
            {credit.observed_hours} {say("小时", "h")}
            {credit.known_since &&
              say(`，始于 ${day(say, credit.known_since)}`, `, since ${day(say, credit.known_since)}`)}
          </dd>
        </div>
        <div>
          <dt>{say("数据覆盖", "Coverage")}</dt>
          <dd>{Math.round(credit.coverage * 100)}%</dd>
        </div>
        <div>
          <dt>{say("评价方案", "Profile")}</dt>
          <dd>
            {credit.profile} · {day(say, credit.as_of)}
          </dd>
        </div>
        <div>
          <dt>{say("数据摘要", "Inputs")}</dt>
          <dd>
            <code title={credit.inputs_sha256}>{credit.inputs_sha256.slice(0, 16)}…</code>
          </dd>
        </div>
      </dl>
      <p className="soft small">{say(credit.notice_zh, credit.notice_en)}</p>
    </section>
  );
}

// Leads that no person has judged, with the weight they have: none.
function Weightless({ enterpriseId }: { enterpriseId: string }) {
  const say = useSay();
  const { data } = useLeads(enterpriseId);
  if (!data) return null;
  const count = fates(data.items).filter(isUnreviewed).length;
  return (
    <p className="weightless" id="weightless">
      <strong>{`${count}${data.isAll ? "" : "+"}`}</strong>{" "}
      {say("条 AI 线索未经人工核实", "AI leads that no person has verified")}
      <span className="badge state-raised">{say("权重 0", "weight 0")}</span>
    </p>
  );
}

function History({ enterpriseId }: { enterpriseId: string }) {
  const { say } = usePreferences();
  const { data } = useHistory(enterpriseId);
  const days = told(data ?? []);
  const turned = changes(data ?? []).reverse();
  return (
    <section className="card pad" aria-label={say("颜色历史", "Colour history")}>
      <h2>{say("颜色历史", "Colour history")}</h2>
      {data && days.length === 0 && (
        <p className="soft">
          {say("还没有公布过指数。每天记录一次。", "No figure has been told yet; one is kept each day.")}
        </p>
      )}
      {days.length > 0 && (
        <Suspense fallback={<div className="chart soft">{say("正在载入图表…", "Loading the chart…")}</div>}>
          <Colours days={days} />
        </Suspense>
      )}
      {turned.length > 0 ? (
        <ol className="bare turned">
          {turned.slice(0, 6).map((one) => (
            <li key={one.day} className="line">
              <span>{day(say, one.day)}</span>
              <span className="badges">
                <ShadeBadge shade={(one.from ?? "insufficient") as Shade} /> →{" "}
                <ShadeBadge shade={(one.to ?? "insufficient") as Shade} />
              </span>
            </li>
          ))}
        </ol>
      ) : (
        days.length > 1 && (
          <p className="soft small">
            {say(`${days.length} 次记录中颜色没有变化。`, `The colour did not change in ${days.length} figures.`)}
          </p>
        )
      )}
      {days.length > 0 && (
        <p className="soft small">
          {say(
            `颜色在整个区间连续 7 天落入另一颜色后才改变。最近记录：${ageOf(say, days.at(-1)?.made_at)}。`,
            `The colour turns only when the whole interval has lain in another one for 7 days. Last told ${ageOf(say, days.at(-1)?.made_at)}.`,
          )}
        </p>
      )}
    </section>
  );
}

function ageOf(say: ReturnType<typeof useSay>, iso: string | undefined): string {
  if (!iso) return "—";
  const seconds = secondsSince(iso);
  return seconds < 60 ? say("刚刚", "just now") : say(`${duration(say, seconds)}前`, `${duration(say, seconds)} ago`);
}
