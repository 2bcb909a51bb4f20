// The home of who answers for a kitchen, for a phone: what is wrong now, what to do until when, how the index comes back.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { NO_FILTER, placeOf, type Row, TO_REVIEW } from "../alerts/list";
import { readPage } from "../alerts/lists";
import type { EnterpriseView, Me, OwedView } from "../api/client";
import { isAwaited, useCameras, useEnterprises, useStatuses } from "../api/queries";
import { CreditBadge, Scale } from "../portrait/badges";
import { imagined, useExplanation } from "../portrait/queries";
import { ClassBadge } from "../shell/badges";
import { secondsSince } from "../shell/clock";
import { useInOrder } from "../shell/order";
import { useSay } from "../shell/preferences";
import { Unread } from "../shell/unread";
import { CLASSES } from "../situation/figures";
import { useDues, useFreshFigures, useSituation } from "../situation/queries";
import "../styles/home.css";
import { conditionName, dutyName, nameOf, shortClassName, shortLead, unknownPlace } from "../words/names";
import { clockTime, day, duration } from "../words/say";

const SHOWN = 3; // of each: what is most pressing fits on a phone, the rest is a tap away
const FIRMS = 3;

export default function ManagerHome({ me }: { me: Me }) {
  const say = useSay();
  useFreshFigures();
  const firms = useEnterprises();
  const enterprises = firms.data ?? [];
  const shown = useInOrder([useWrong().isThere, !isAwaited(useToDo()), true]);
  return (
    <div className="home">
      <div className="line">
        <h1>{say(`${me.name}，今天`, `Today, ${me.name}`)}</h1>
        <Link to="/situation">{say("完整态势", "The whole situation")}</Link>
      </div>
      <Wrong />
      <div hidden={shown < 2}>
        <ToDo />
      </div>
      <Unread of={firms} />
      {shown >= 3 && enterprises.slice(0, FIRMS).map((one) => <Recovery key={one.enterprise_id} enterprise={one} />)}
      {shown >= 3 && enterprises.length > FIRMS && <Link to="/enterprises">{say("全部企业", "All enterprises")}</Link>}
    </div>
  );
}

// What the first part needs; it is shown when all of it is there, or refused.
function useWrong() {
  const figures = useSituation(1);
  const page = useQuery({
    queryKey: ["waiting", "home"],
    refetchInterval: 30_000,
    queryFn: ({ signal }) => readPage({ ...NO_FILTER, states: TO_REVIEW, open: true }, null, 50, signal),
  });
  const statuses = useStatuses();
  const cameras = useCameras();
  return {
    figures: figures.data,
    page: page.data,
    statuses: statuses.data ?? [],
    cameras: cameras.data ?? [],
    asked: [figures, page, statuses, cameras],
    isThere: !statuses.isAwaited && ![figures, page, cameras].some(isAwaited),
  };
}

function Wrong() {
  const say = useSay();
  const { figures, page, statuses, cameras, asked, isThere } = useWrong();
  const names = new Map(cameras.map((one) => [one.camera_id, one.name]));
  const blind = statuses.filter((one) => !one.has_fresh_picture);
  const rows = page ? lasting(page.items) : [];
  if (!isThere)
    return (
      <section className="card pad" id="wrong" aria-busy="true">
        <h2>{say("现在有什么问题", "What is wrong now")}</h2>
        <p className="soft">{say("正在载入…", "Loading…")}</p>
      </section>
    );
  return (
    <section className="card pad" id="wrong" aria-label={say("现在有什么问题", "What is wrong now")}>
      <h2>{say("现在有什么问题", "What is wrong now")}</h2>
      <Unread of={asked} />
      <p className="chips-line">
        {figures &&
          CLASSES.filter((name) => figures.to_review[name] > 0).map((name) => (
            <Link key={name} className={`badge class-${name}`} to={`/alerts?class=${name}`}>
              {shortClassName(say, name)} {figures.to_review[name]} {say("条待核实", "to review")}
            </Link>
          ))}
      </p>
      <ul className="bare urgent">
        {rows.slice(0, SHOWN).map((row) => (
          <li key={row.alert_id}>
            <Link to={`/alerts/${row.alert_id}`} className={`class-${row.class}`}>
              <span className="line">
                <strong>{nameOf(say, row)}</strong>
                <ClassBadge name={row.class} isShort />
              </span>
              <span className="soft small">{placeOf(row)}</span>
              <span className="soft small">
                {say(
                  `仍在持续，${duration(say, secondsSince(row.started_at))}`,
                  `going on for ${duration(say, secondsSince(row.started_at))}`,
                )}
              </span>
              <span className="lead small">{shortLead(say)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {rows.length > SHOWN && (
        <Link className="button" to="/alerts?open=true">
          {say(`还有 ${rows.length - SHOWN} 项`, `${rows.length - SHOWN} more`)}
        </Link>
      )}
      {page && rows.length === 0 && !asked.some((one) => one.error) && (
        <p className="soft">
          {say(
            "摄像机此刻没有发现。没有发现不代表没有问题。",
            "The cameras report nothing now. That does not mean no problem.",
          )}
        </p>
      )}
      {blind.length > 0 && (
        <div className="blind-list">
          <strong>{say(`${blind.length} 台摄像机没有画面`, `${blind.length} cameras without a picture`)}</strong>
          <p className="small">{unknownPlace(say)}</p>
          <ul className="bare">
            {blind.slice(0, SHOWN).map((one) => (
              <li key={one.camera_id} className="line">
                <Link to={`/cameras/${one.camera_id}`}>{names.get(one.camera_id) ?? one.camera_id}</Link>
                <span className="badge offline">
                  {one.condition === "online" ? say("无画面", "No picture") : conditionName(say, one.condition)}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function lasting(rows: readonly Row[]): Row[] {
  return [...rows].sort(
    (one, other) =>
      CLASSES.indexOf(one.class) - CLASSES.indexOf(other.class) || one.started_at.localeCompare(other.started_at),
  );
}

const useToDo = () => useDues(["rectify", "acknowledge"], null, 50);

function ToDo() {
  const say = useSay();
  const duties = useToDo();
  const { data } = duties;
  const [isWhole, setIsWhole] = useState(false);
  const tasks = [...(data?.items ?? [])].sort((one, other) => other.duty.localeCompare(one.duty)); // rectify first
  const shown = isWhole ? tasks : tasks.slice(0, SHOWN);
  return (
    <section className="card pad" id="to-do" aria-label={say("要做什么、何时之前", "What to do until when")}>
      <h2>{say("要做什么、何时之前", "What to do, until when")}</h2>
      <Unread of={duties} />
      <ul className="bare">
        {shown.map((one) => (
          <Task key={`${one.alert.alert_id} ${one.duty}`} one={one} />
        ))}
      </ul>
      {tasks.length > shown.length && (
        <button type="button" className="plain" id="all-tasks" onClick={() => setIsWhole(true)}>
          {say(`还有 ${tasks.length - shown.length} 项`, `${tasks.length - shown.length} more`)}
        </button>
      )}
      {data?.items.length === 0 && !duties.error && (
        <p className="soft">
          {say(
            "没有要您处理的事项。监管人员确认并告知后，整改期限会出现在这里。",
            "Nothing waits for you. Deadlines appear here when an officer has confirmed a finding and told you.",
          )}
        </p>
      )}
    </section>
  );
}

function Task({ one }: { one: OwedView }) {
  const say = useSay();
  const { alert } = one;
  const isRectify = one.duty === "rectify";
  return (
    <li className={`task${one.overdue ? " late" : ""}`} data-task={alert.alert_id} data-duty={one.duty}>
      <div className="line">
        <strong>{nameOf(say, alert)}</strong>
        <ClassBadge name={alert.class} isShort />
      </div>
      <span className="soft small">{placeOf(alert)}</span>
      <span className="small">
        {isRectify ? say("整改", "Rectify") : dutyName(say, one.duty)}{" "}
        {one.due_at
          ? say(`须在 ${clockTime(say, one.due_at)} 前`, `by ${clockTime(say, one.due_at)}`)
          : say("计时已暂停", "clocks paused")}{" "}
        {one.overdue && one.due_at && (
          <span className="badge class-I">
            {say(
              `已超时 ${duration(say, secondsSince(one.due_at))}`,
              `${duration(say, secondsSince(one.due_at))} late`,
            )}
          </span>
        )}
      </span>
      {!alert.reviewed && <span className="lead small">{shortLead(say)}</span>}
      <Link className="button main" to={`/alerts/${alert.alert_id}${isRectify ? "#rectify-note" : ""}`}>
        {isRectify ? say("上传整改照片", "Upload the rectification") : say("查看并签收", "Look and acknowledge")}
      </Link>
    </li>
  );
}

// The index with what would bring it back: what is open, what each gives, and what all of it together would.
function Recovery({ enterprise }: { enterprise: EnterpriseView }) {
  const say = useSay();
  const explanation = useExplanation(enterprise.enterprise_id);
  const { data } = explanation;
  const open = data?.findings.filter((one) => one.remedy === "open").map((one) => one.alert_id) ?? [];
  const { data: mended } = useQuery({
    queryKey: ["mended", enterprise.enterprise_id, open],
    enabled: open.length > 0,
    staleTime: 60_000,
    queryFn: () =>
      imagined(enterprise.enterprise_id, { rectify: open.slice(0, 100), clean_hours: 0, days: 0, confirmed: [] }),
  });
  if (!data)
    return (
      <section className="card pad recovering" aria-busy={isAwaited(explanation)}>
        <Unread of={explanation} />
      </section>
    );
  const { credit } = data;
  const fades = data.findings.map((one) => one.faded_on).sort()[0];
  return (
    <section
      className="card pad"
      data-recovery={enterprise.enterprise_id}
      aria-label={say("指数怎样恢复", "How the index recovers")}
    >
      <h2>{say("指数怎样恢复", "How the index recovers")}</h2>
      <p className="line">
        <Link to={`/enterprises/${enterprise.enterprise_id}`}>{enterprise.name}</Link>
        <span className="badges">
          {credit.index !== null && <strong className="number">{credit.index.toFixed(1)}</strong>}
          <CreditBadge credit={credit} />
        </span>
      </p>
      <Scale credit={credit} />
      {credit.index === null && (
        <p className="soft small">
          {say("观察时间或数据不足，暂无指数，不作推测。", "Too little is known for an index, and nothing is guessed.")}
        </p>
      )}
      {open.length > 0 ? (
        <p>
          {say(`${open.length} 项未整改。`, `${open.length} findings are open. `)}
          {mended?.index != null &&
            credit.index !== null &&
            say(
              `全部整改并经核实后，指数可到 ${mended.index.toFixed(1)}。`,
              `Corrected and verified, the index would be ${mended.index.toFixed(1)}.`,
            )}
        </p>
      ) : (
        <p>{say("没有未整改的问题。", "No finding is open.")}</p>
      )}
      {fades && (
        <p className="soft small">
          {say(
            `最早 ${day(say, fades)} 起，旧的问题逐步不再计入。`,
            `From ${day(say, fades)} on older findings fade by themselves.`,
          )}
        </p>
      )}
      <p className="soft small">{say(credit.notice_zh, credit.notice_en)}</p>
    </section>
  );
}
