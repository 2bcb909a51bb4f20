// Published penalties under each policy: may be repaired, expired, not yet. Where policies differ both answers stand.

import { useState } from "react";
import { Link } from "react-router";
import { useSay } from "../shell/preferences";
import { listName, repairReason } from "../words/credit";
import { day } from "../words/say";
import { byPolicy } from "./figures";
import { useRepairs } from "./queries";

export function Repairs({ enterpriseId }: { enterpriseId: string }) {
  const say = useSay();
  const [isDone, setDone] = useState(false);
  const { data, error } = useRepairs(enterpriseId, isDone);
  return (
    <section className="card pad" id="repairs" aria-label={say("信用修复", "Credit repair")}>
      <h2>{say("信用修复清单", "Repair lists")}</h2>
      <p>
        <Link className="button" id="to-repair" to={`/enterprises/${enterpriseId}/repair`}>
          {say("信用修复助手：起草、材料、进度", "Repair assistant: drafts, papers, progress")}
        </Link>
      </p>
      <label className="check">
        <input type="checkbox" name="done" checked={isDone} onChange={() => setDone(!isDone)} />
        {say("假设义务均已履行（此处不作核验）", "As if all duties were done (nobody checks it here)")}
      </label>
      {error && <p role="alert">{error.message}</p>}
      {data?.length === 0 && <p className="soft">{say("没有公示中的处罚。", "No penalty is published.")}</p>}
      {byPolicy(data ?? []).map((policy) => (
        <div key={policy.policy} className="policy" data-policy={policy.policy}>
          <h3>
            {policy.name}{" "}
            {policy.answers[0] && policy.answers[0].unverified.length > 0 && (
              <span className="badge warn" title={policy.answers[0].unverified.join("; ")}>
                {say("规则未核实", "not verified")}
              </span>
            )}
          </h3>
          <ul className="bare">
            {policy.answers.map((one) => (
              <li key={one.record_id} data-listed={one.listed}>
                <div className="line">
                  <a href={`/console/enterprises/${encodeURIComponent(enterpriseId)}#record-${one.record_id}`}>
                    {one.document_no}
                  </a>
                  <span
                    className={`badge ${one.listed === "repairable" ? "good" : one.listed === "not_yet" ? "warn" : ""}`}
                  >
                    {listName(say, one.listed)}
                  </span>
                </div>
                <div>{repairReason(say, one.reason)}</div>
                <div className="soft small">
                  {one.earliest
                    ? say(`最早 ${day(say, one.earliest)}`, `Earliest ${day(say, one.earliest)}`)
                    : say("不可提前修复", "Never early")}{" "}
                  · {say(`公示至 ${day(say, one.ends_on)}`, `published to ${day(say, one.ends_on)}`)} ·{" "}
                  {say(`${one.working_days} 个工作日内办理`, `decided within ${one.working_days} working days`)}
                </div>
                {one.materials.length > 0 && (
                  <div className="soft small">
                    {say("材料：", "Papers: ")}
                    {one.materials.join(say("、", ", "))}
                  </div>
                )}
              </li>
            ))}
          </ul>
        </div>
      ))}
      <p className="soft small">
        {say(
          "各规则结论不同时并列显示，由主管部门决定。",
          "Where policies differ both answers stand; the authority decides.",
        )}
      </p>
    </section>
  );
}
