// Dates that come near: corrections that are due, the first day of an application, the end of a publication.

import { useCodes } from "../api/queries";
import { useSay } from "../shell/preferences";
import { dateName } from "../words/credit";
import { nameOf } from "../words/names";
import { day } from "../words/say";
import { inOrder, left } from "./figures";
import { useDates } from "./queries";

export function Dates({ enterpriseId }: { enterpriseId: string }) {
  const say = useSay();
  const { data, error } = useDates(enterpriseId);
  const { data: codes = [] } = useCodes();
  const about = (subject: string) => {
    const known = codes.find((one) => one.code === subject);
    return known ? nameOf(say, known) : subject;
  };
  return (
    <section className="card pad" id="dates" aria-label={say("临近日期", "Dates ahead")}>
      <h2>{say("临近日期", "Dates ahead")}</h2>
      {error && <p role="alert">{error.message}</p>}
      {data?.length === 0 && <p className="soft">{say("没有临近的日期。", "No date is near.")}</p>}
      <ul className="bare">
        {inOrder(data ?? []).map((one) => (
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
              {about(one.subject)}
              {one.policy && ` · ${one.policy}`}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
