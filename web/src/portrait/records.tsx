// Decisions of authorities with their documents. To be read by all who may read the record; steps are for officers.

import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import type { Me, PublicRecord } from "../api/client";
import { useSay } from "../shell/preferences";
import {
  outcomeName,
  procedureName,
  recordKindName,
  recordStateName,
  recordStepName,
  severityName,
} from "../words/credit";
import { day } from "../words/say";
import { Clauses } from "./clauses";
import { mayEnter } from "./figures";
import { useRecords } from "./queries";
import { RecordForm } from "./record-form";
import { Steps } from "./record-steps";

export function Records({ me, enterpriseId }: { me: Me; enterpriseId: string }) {
  const say = useSay();
  const { data, error } = useRecords(enterpriseId);
  const [isEntering, setEntering] = useState(false);
  const isOfficer = mayEnter(me);
  const hasPublished = data?.some((one) => one.state === "published" && one.kind === "penalty");
  return (
    <section className="card pad" id="records" aria-label={say("文书与公共记录", "Documents and public records")}>
      <div className="line">
        <h2>{say("文书与公共记录", "Documents and records")}</h2>
        <span className="controls">
          {hasPublished && (
            <a className="button" href={`/api/v1/enterprises/${enterpriseId}/records/publicity.csv`} download="">
              {say("下载双公示表", "Download the publicity table")}
            </a>
          )}
          {isOfficer && (
            <button
              type="button"
              className="plain"
              id="enter-record"
              aria-expanded={isEntering}
              onClick={() => setEntering(!isEntering)}
            >
              {say("录入文书", "Enter a document")}
            </button>
          )}
        </span>
      </div>
      {!isOfficer && (
        <p className="soft small" id="read-only">
          {say("只读：仅执法人员可依文书录入。", "To be read only: officers enter from documents.")}
        </p>
      )}
      {isEntering && isOfficer && <RecordForm enterpriseId={enterpriseId} done={() => setEntering(false)} />}
      {error && <p role="alert">{error.message}</p>}
      {data?.length === 0 && <p className="soft">{say("没有公共记录。", "There is no record.")}</p>}
      <ul className="bare records">
        {[...(data ?? [])].reverse().map((record) => (
          <RecordItem key={record.record_id} record={record} isOfficer={isOfficer} />
        ))}
      </ul>
    </section>
  );
}

function RecordItem({ record, isOfficer }: { record: PublicRecord; isOfficer: boolean }) {
  const say = useSay();
  const place = useRef<HTMLLIElement>(null);
  // Another page may have named it in the address, before it was here.
  useEffect(() => {
    if (location.hash === `#record-${record.record_id}`) place.current?.scrollIntoView({ block: "center" });
  }, [record.record_id]);
  return (
    <li ref={place} id={`record-${record.record_id}`} data-record={record.record_id} tabIndex={-1}>
      <div className="line">
        <strong>{record.document_no}</strong>
        <span className={`badge ${record.state === "published" ? "warn" : ""}`}>
          {recordStateName(say, record.state)}
        </span>
      </div>
      <div>
        {recordKindName(say, record.kind)} · {record.document_type} · {severityName(say, record.severity)} ·{" "}
        {procedureName(say, record.procedure)}
      </div>
      <div>{record.facts}</div>
      <div>
        {record.outcomes.map((one) => outcomeName(say, one)).join(say("、", ", "))}
        {record.fine_yuan !== null && say(`（${record.fine_yuan} 元）`, ` (${record.fine_yuan} CNY)`)}
      </div>
      <Clauses references={record.clauses} />
      <div className="soft small">
        {record.authority_name} · {say("决定日期", "decided on")} {day(say, record.decision_date)}
      </div>
      {record.steps.length > 0 && (
        <ol className="bare record-steps small">
          {record.steps.map((step) => (
            <li key={`${step.at} ${step.kind}`}>
              {day(say, step.at)} {recordStepName(say, step.kind)}
              {(step.reason || step.basis) && `：${step.reason || step.basis}`}
              {step.ends_on && say(`（至 ${day(say, step.ends_on)}）`, ` (to ${day(say, step.ends_on)})`)}
            </li>
          ))}
        </ol>
      )}
      {record.steps.some((step) => step.kind === "published") && (
        <Link className="small" data-link="pushes" to={`/record-deliveries?record=${record.record_id}`}>
          {say("推送情况", "Who was told of it")}
        </Link>
      )}
      {isOfficer && <Steps record={record} />}
    </li>
  );
}
