// Dates that matter: what is overdue, corrections that are due, the first day of an application, the end of a publication or licence.

import { useState } from "react";
import { useCodes } from "../api/queries";
import { useSay } from "../shell/preferences";
import { dateName, dateTask, overdueTask } from "../words/credit";
import { nameOf } from "../words/names";
import { day } from "../words/say";
import { glimpse, inOrder, left } from "./figures";
import { useDates } from "./queries";

export function Dates({ enterpriseId }: { enterpriseId: string }) {
  const say = useSay();
  const { data, error } = useDates(enterpriseId);
  const { data: codes = [] } = useCodes();
  const [isWhole, setWhole] = useState(false);
  const about = (subject: string) => {
    const known = codes.find((one) => one.code === subject);
    return known ? nameOf(say, known) : subject;
  };
  const dates = inOrder(data ?? []);
  const overdue = dates.filter((one) => one.days_left < 0).length;
  const shown = isWhole ? dates : glimpse(dates);
  const more = dates.length - shown.length;
  return (
    <section className="card pad" id="dates" aria-label={say("临近日期", "Dates ahead")}>
      <div className="line">
        <h2>{say("临近日期", "Dates ahead")}</h2>
        {overdue > 0 && <span className="badge class-I">{say(`${overdue} 项已逾期`, `${overdue} overdue`)}</span>}
      </div>
      {error && <p role="alert">{error.message}</p>}
      {data === undefined && !error && <p className="soft">{say("正在载入…", "Loading…")}</p>}
      {data?.length === 0 && <p className="soft">{say("没有临近的日期。", "No date is near.")}</p>}
      <ul className="bare">
        {shown.map((one) => (
          <li key={`${one.kind} ${one.reference} ${one.policy ?? ""}`} data-kind={one.kind}>
            <div className="line">
              <span>
                {day(say, one.on)} · {dateName(say, one.kind)}
              </span>
              <span className={`badge ${one.days_left < 0 ? "class-I" : one.is_due ? "warn" : ""}`}>
                {left(say, one.days_left)}
              </span>
            </div>
            <div className="soft small">
              {[about(one.subject), one.policy, (one.days_left < 0 ? overdueTask : dateTask)(say, one.kind)]
                .filter(Boolean)
                .join(" · ")}
            </div>
          </li>
        ))}
      </ul>
      {more > 0 && (
        <button type="button" className="quiet" id="all-dates" onClick={() => setWhole(true)}>
          {say(`另有 ${more} 项`, `${more} more`)}
        </button>
      )}
    </section>
  );
}
