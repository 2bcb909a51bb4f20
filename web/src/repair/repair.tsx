// One enterprise's way back: the three lists, applications with drafts, papers, hints and progress.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { type Application, api, type Me, type Repair, taken } from "../api/client";
import { isAwaited } from "../api/queries";
import { useEnterprise, useRepairs } from "../portrait/queries";
import { Repairs } from "../portrait/repairs";
import { useSay } from "../shell/preferences";
import { Unread } from "../shell/unread";
import "../styles/portrait.css";
import { applicationStateName } from "../words/credit";
import { day } from "../words/say";
import { Materials } from "./materials";
import { Steps } from "./steps";

const OPEN = ["drafted", "filed", "returned", "accepted"];

export default function RepairPage({ me }: { me: Me }) {
  const say = useSay();
  const { enterpriseId = "" } = useParams();
  const { data: enterprise, error } = useEnterprise(enterpriseId);
  const asked = useQuery({
    queryKey: ["applications", enterpriseId],
    queryFn: async () =>
      (
        await taken(
          api.GET("/api/v1/enterprises/{enterprise_id}/applications", {
            params: { path: { enterprise_id: enterpriseId } },
          }),
        )
      ).items,
  });
  const applications = asked.data;
  if (error)
    return (
      <p className="card pad" role="alert">
        {error.message}
      </p>
    );
  if (!enterprise) return <p className="loading soft">{say("正在载入…", "Loading…")}</p>;
  const isApplicant = me.permissions.includes("answer") && me.role !== "regulator";
  return (
    <div className="portrait repair" data-enterprise={enterpriseId}>
      <Link className="back quiet" to={`/enterprises/${enterpriseId}`}>
        {say("← 返回企业画像", "← Back to the enterprise")}
      </Link>
      <header className="card pad firm-head">
        <h1>{say("信用修复助手", "Repair assistant")}</h1>
        <p>
          {enterprise.name} · <code>{enterprise.credit_code}</code>
        </p>
        <p className="soft small">
          {say(
            "本页只作提示与起草，不代为提交；免费；是否受理与修复由主管部门依法决定。",
            "This page hints and drafts; it files nothing, costs nothing, and the authority decides.",
          )}
        </p>
      </header>
      <div className="columns halves">
        <Repairs enterpriseId={enterpriseId} />
        <section className="card pad" aria-label={say("修复申请", "Applications")}>
          <h2>{say("修复申请", "Applications")}</h2>
          <Unread of={asked} />
          {isAwaited(asked) && <p className="soft">{say("正在载入…", "Loading…")}</p>}
          {isApplicant && applications && <Begin enterpriseId={enterpriseId} applications={applications} />}
          {applications?.length === 0 && <p className="soft">{say("还没有申请。", "There is no application.")}</p>}
        </section>
      </div>
      {applications?.map((one) => (
        <OneApplication key={one.application_id} me={me} application={one} isApplicant={isApplicant} />
      ))}
    </div>
  );
}

function Begin({ enterpriseId, applications }: { enterpriseId: string; applications: Application[] }) {
  const say = useSay();
  const client = useQueryClient();
  const listed = useRepairs(enterpriseId, true);
  const repairs = listed.data ?? [];
  const begin = useMutation({
    mutationFn: (one: Repair) =>
      taken(
        api.POST("/api/v1/records/{record_id}/applications", {
          params: { path: { record_id: one.record_id } },
          body: { policy: one.policy },
        }),
      ),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["applications", enterpriseId] }),
  });
  const isBusy = (record: string) => applications.some((one) => one.record_id === record && OPEN.includes(one.state));
  const offered = repairs.filter((one) => one.listed !== "expired" && !isBusy(one.record_id));
  return (
    <>
      <Unread of={listed} />
      <ul className="bare">
        {offered.map((one) => (
          <li key={`${one.record_id} ${one.policy}`} className="line">
            <span>
              {one.document_no} · {one.policy_zh}
              <span className="soft small">
                {" "}
                {one.earliest && say(`最早 ${day(say, one.earliest)}`, `from ${day(say, one.earliest)}`)}
              </span>
            </span>
            <button
              type="button"
              className="plain"
              data-begin={one.policy}
              disabled={begin.isPending}
              onClick={() => begin.mutate(one)}
            >
              {say("起草申请", "Draft")}
            </button>
          </li>
        ))}
      </ul>
      <p className="fault" role="alert">
        {begin.error?.message}
      </p>
    </>
  );
}

const DRAFTS = [
  ["form.docx", "申请表 DOCX", "Form DOCX"],
  ["form.pdf", "申请表 PDF", "Form PDF"],
  ["promise.docx", "承诺书 DOCX", "Promise DOCX"],
  ["promise.pdf", "承诺书 PDF", "Promise PDF"],
] as const;

function OneApplication({ me, application, isApplicant }: { me: Me; application: Application; isApplicant: boolean }) {
  const say = useSay();
  const id = application.application_id;
  return (
    <section className="card pad" data-application={id} aria-label={application.document_no}>
      <div className="line">
        <h2>
          {application.document_no} · {application.policy_zh}
        </h2>
        <span className={`badge ${application.state === "granted" ? "good" : "warn"}`} data-state={application.state}>
          {applicationStateName(say, application.state)}
        </span>
      </div>
      <ol className="bare record-steps">
        {application.steps.map((step) => (
          <li key={`${step.state} ${step.at}`}>
            {day(say, step.at)} {applicationStateName(say, step.state)}
            {step.document_no && ` · ${step.document_no}`}
            {step.reason && `：${step.reason}`}
          </li>
        ))}
      </ol>
      {application.due_on && (
        <p>
          {say(
            `应于 ${day(say, application.due_on)} 前办结（按周一至周五计，未扣除法定节假日）`,
            `To be decided by ${day(say, application.due_on)} (Monday to Friday, holidays not known)`,
          )}
        </p>
      )}
      {application.state === "granted" && (
        <p>
          {say(
            `已通知 ${application.told} / ${application.to_tell} 个公示平台停止公示`,
            `${application.told} of ${application.to_tell} receivers have ended the publication`,
          )}
        </p>
      )}
      <p className="controls drafts">
        {say("下载草稿：", "Drafts: ")}
        {DRAFTS.map(([file, zh, en]) => (
          <a key={file} className="button" href={`/api/v1/applications/${id}/drafts/${file}`} download="">
            {say(zh, en)}
          </a>
        ))}
      </p>
      <p className="soft small">
        {say("草稿，未提交；空白处由申请人填写。", "Drafts, not filed; blanks are the applicant's to fill in.")}
      </p>
      <Materials application={application} isApplicant={isApplicant} />
      <Steps me={me} application={application} isApplicant={isApplicant} />
    </section>
  );
}
