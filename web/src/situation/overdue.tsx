// What is overdue and who owes it, the longest first.

import { Link } from "react-router";
import type { OwedView } from "../api/client";
import { isAwaited } from "../api/queries";
import { ClassBadge } from "../shell/badges";
import { secondsSince } from "../shell/clock";
import { useSay } from "../shell/preferences";
import { Unread } from "../shell/unread";
import { addresseeName, dutyName, nameOf, owerName, shortLead } from "../words/names";
import { duration } from "../words/say";
import { useDues } from "./queries";

export const SHOWN = 6;

export function Overdue() {
  const say = useSay();
  const dues = useDues([], true, SHOWN);
  const { data } = dues;
  if (!data)
    return (
      <section className="card pad overdue" aria-busy={isAwaited(dues)}>
        <h2>{say("超时", "Overdue")}</h2>
        <Unread of={dues} />
      </section>
    );
  const late = data.duties.filter((one) => one.overdue > 0);
  return (
    <section className="card pad overdue" aria-label={say("超时", "Overdue")}>
      <h2>{say("超时", "Overdue")}</h2>
      <Unread of={dues} />
      {late.length === 0 && !dues.error && (
        <p className="soft">
          {say("没有超时的事项。时限从告警产生时起算。", "Nothing is overdue. Times run from the alert's beginning.")}
        </p>
      )}
      {late.length > 0 && (
        <p className="chips-line">
          {late.map((one) => (
            <span key={one.duty} className="badge class-I" data-duty={one.duty}>
              {owerName(say, one.duty)} · {dutyName(say, one.duty)} {one.overdue}
              {data.is_all ? "" : "+"}
            </span>
          ))}
        </p>
      )}
      <ol className="bare urgent">
        {data.items.map((one) => (
          <li key={`${one.alert.alert_id} ${one.duty}`}>
            <Late one={one} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Late({ one }: { one: OwedView }) {
  const say = useSay();
  const { alert } = one;
  const late = one.due_at ? duration(say, secondsSince(one.due_at)) : "";
  return (
    <Link to={`/alerts/${alert.alert_id}`} className={`class-${alert.class}`}>
      <span className="line">
        <strong>{nameOf(say, alert)}</strong>
        <ClassBadge name={alert.class} isShort />
      </span>
      <span className="soft small">
        {[alert.enterprise_name, alert.site_name].filter(Boolean).join(" · ")}
        {" · "}
        {say(
          `${owerName(say, one.duty)}应${dutyName(say, one.duty)}，已超时 ${late}，已报 ${addresseeName(say, one.tell)}`,
          `${owerName(say, one.duty)}: ${dutyName(say, one.duty).toLowerCase()}, ${late} late, told to the ${addresseeName(say, one.tell)}`,
        )}
      </span>
      {!alert.reviewed && <span className="lead small">{shortLead(say)}</span>}
    </Link>
  );
}
