// One alert with all that is known of it: evidence, clauses, network, history, and what a person can say about it.

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import {
  type AlertDetail,
  api,
  type ClauseView,
  type Evidence,
  type Me,
  Problem,
  type Schema,
  taken,
} from "../api/client";
import { askAgain } from "../api/queries";
import { useSteps } from "../feed/context";
import { Hold, useKeeping } from "../keeping/hold";
import { tombstone } from "../keeping/words";
import { ClassBadge, StateBadge } from "../shell/badges";
import { useKeys } from "../shell/keys";
import { useSay } from "../shell/preferences";
import { evidenceName, labelName, lawName, lead, machineNote, missingName, nameOf, stepName } from "../words/names";
import { exactTime, type Say } from "../words/say";
import { Clip } from "./clip";
import { Dues } from "./dues";
import { Judge } from "./judge";
import { placeOf } from "./list";
import { Answers, Rectify } from "./rectify";
import { Still } from "./still";
import { offered, openSteps, type Verb } from "./verbs";

interface AlertPageProps {
  me: Me;
  alertId: string;
  back: () => void;
  judged: () => void;
  takesKeys: boolean;
}

export function AlertPage({ me, alertId, back, judged, takesKeys }: AlertPageProps) {
  const say = useSay();
  const {
    data: alert,
    error,
    refetch,
  } = useQuery({
    queryKey: ["alert", alertId],
    queryFn: ({ signal }) =>
      taken(api.GET("/api/v1/alerts/{alert_id}", { params: { path: { alert_id: alertId } }, signal })),
  });
  useSteps((step) => {
    if (step.alert_id === alertId) void refetch();
  });
  return (
    <>
      <button type="button" className="quiet back" onClick={back}>
        {say("← 返回列表", "← Back to the list")}
      </button>
      {error && alert === undefined && (
        <p className="card empty" role="alert">
          {error instanceof Problem && error.status === 404
            ? say("没有这条告警。", "There is no such alert.")
            : error.message}
        </p>
      )}
      {alert === undefined && !error && <p className="loading soft">{say("正在载入…", "Loading…")}</p>}
      {alert && <Shown me={me} alert={alert} judged={judged} takesKeys={takesKeys} />}
    </>
  );
}

interface ShownProps {
  me: Me;
  alert: AlertDetail;
  judged: () => void;
  takesKeys: boolean;
}

function Shown({ me, alert, judged, takesKeys }: ShownProps) {
  const say = useSay();
  const [chosen, setChosen] = useState<Verb | null>(null);
  const [boxes, setBoxes] = useState(false);
  const verbs = offered(alert, me.permissions);
  const maySee = me.permissions.includes("see_unmasked");
  useKeys((key) => {
    if (!takesKeys) return false;
    if (key === "b") {
      setBoxes(!boxes);
      return true;
    }
    const verb = verbs.find((one) => one.key === key);
    if (verb) setChosen(verb);
    return verb !== undefined;
  });
  const { data: keeping } = useKeeping(alert.alert_id);
  const missing = (found: Evidence | undefined) => absence(say, found, keeping?.deletions ?? []);
  const piece = (kind: string) => alert.evidence.find((one) => one.kind === kind);
  const still = piece("still");
  const clip = piece("clip");
  return (
    <article className="alert" data-alert={alert.alert_id} data-sequence={alert.sequence}>
      <header className="heading">
        <h2>{nameOf(say, alert)}</h2>
        <span className="badges">
          <ClassBadge name={alert.class} />
          <StateBadge state={alert.state} />
        </span>
      </header>
      <p className="soft">
        {placeOf(alert)} · {exactTime(say, alert.started_at)}
      </p>
      {!alert.reviewed && (
        <p className="leadbar" id="lead">
          {lead(say)}
        </p>
      )}
      <div className="two">
        <div className="seen">
          <Section title={say("画面证据", "Pictures")}>
            {still?.state === "stored" ? (
              <Still
                still={still}
                boxes={piece("boxes")}
                sightings={alert.boxes}
                isOn={boxes}
                turn={() => setBoxes(!boxes)}
              />
            ) : (
              <p className="empty">
                {evidenceName(say, "still")}：{missing(still)}
              </p>
            )}
            {clip?.state === "stored" && maySee ? (
              <Clip key={clip.evidence_id} path={clip.path} evidenceId={clip.evidence_id} takesKeys={takesKeys} />
            ) : (
              <p className="soft">
                {evidenceName(say, "clip")}：
                {clip?.state === "stored"
                  ? say("含人脸，您的账户无权查看。", "it shows faces; your account may not see it.")
                  : missing(clip)}
              </p>
            )}
          </Section>
          <Files alert={alert} maySee={maySee} missing={missing} />
          <Hold me={me} alertId={alert.alert_id} keeping={keeping} />
        </div>
        <div className="said">
          <Section title={say("人工核实", "Review")}>
            {alert.review && (
              <p>
                <strong>{alert.review.reviewer_name ?? alert.review.reviewer_id}</strong>：
                {alert.review.reason || say("（未写理由）", "(no reason given)")}
              </p>
            )}
            {verbs.some((one) => one.isVerdict) && (
              <p className="soft small">
                {say(
                  "请先看截图和视频再下结论。只有“确认属实”的记录计入统计。",
                  "Look at the still and the clip first. Only what is confirmed counts.",
                )}
              </p>
            )}
            <Dues alert={alert} />
            <Answers alert={alert} maySee={maySee} />
            {openSteps(alert)?.includes("rectified") && me.permissions.includes("answer") && <Rectify alert={alert} />}
            {verbs.length > 0 ? (
              <Judge
                targets={[alert]}
                verbs={verbs}
                chosen={verbs.find((one) => one.verb === chosen?.verb) ?? null}
                choose={setChosen}
                done={(outcome) => outcome.done.length > 0 && judged()}
              />
            ) : (
              !alert.review && <p className="soft">{say("等待监管人员核实。", "A regulator will review it.")}</p>
            )}
          </Section>
          <Facts alert={alert} />
          <Section title={say("相关条款", "Clauses")}>
            {alert.clauses.length === 0 && <p className="soft">{say("无", "None")}</p>}
            <ul className="bare">
              {alert.clauses.map((clause) => (
                <Clause key={clause.clause_id} clause={clause} />
              ))}
            </ul>
          </Section>
          <Section title={say("经过", "History")}>
            <ol className="bare steps">
              {alert.history.map((step) => (
                <li key={step.sequence}>
                  <div className="line">
                    <strong>{stepName(say, step.step)}</strong>
                    <span className="soft small">{exactTime(say, step.at)}</span>
                  </div>
                  <div className="soft">
                    {step.actor_id ? (step.actor_name ?? step.actor_id) : say("系统", "machine")}
                    {step.note && `：${step.actor_id ? step.note : machineNote(say, step.note)}`}
                  </div>
                </li>
              ))}
            </ol>
          </Section>
        </div>
      </div>
    </article>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card pad">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function absence(say: Say, piece: Evidence | undefined, deletions: readonly Schema["DeletionView"][]): string {
  if (!piece) return say("没有此类证据。", "There is none of this kind.");
  const deletion = deletions.find((one) => one.evidence_id === piece.evidence_id);
  if (deletion) return tombstone(say, deletion);
  if (piece.state === "pending") return say("正在制作…", "It is being made…");
  const cause = missingName(say, piece.cause ?? "");
  return say(`缺失：${cause}。`, `Missing: ${cause}.`);
}

interface FilesProps {
  alert: AlertDetail;
  maySee: boolean;
  missing: (piece: Evidence) => string;
}

function Files({ alert, maySee, missing }: FilesProps) {
  const say = useSay();
  const { data: sealing } = useQuery({
    queryKey: ["seals", alert.alert_id, alert.sequence],
    queryFn: () =>
      taken(api.GET("/api/v1/alerts/{alert_id}/seals", { params: { path: { alert_id: alert.alert_id } } })),
    // Steps are sealed some seconds after they were taken, and no step of the feed tells of it.
    refetchInterval: (query) =>
      query.state.data && query.state.data.sealed >= query.state.data.steps
        ? false
        : askAgain(query.state.error, 3_000),
  });
  const hasClip = maySee && alert.evidence.some((piece) => piece.kind === "clip" && piece.state === "stored");
  const isWhole = sealing !== undefined && sealing.sealed >= sealing.steps;
  return (
    <Section title={say("证据与校验值（SHA-256）", "Evidence and checksums (SHA-256)")}>
      {alert.evidence.length === 0 && <p className="soft">{say("没有证据文件。", "There are no files.")}</p>}
      <ul className="bare">
        {alert.evidence.map((piece) => (
          <li key={piece.evidence_id}>
            <div className="line">
              <strong>{evidenceName(say, piece.kind)}</strong>
              {piece.state !== "stored" && <span className="soft">{missing(piece)}</span>}
              {piece.state === "stored" && (piece.kind !== "clip" || maySee) && (
                <a href={piece.path} download="">
                  {say("下载", "Download")}
                </a>
              )}
            </div>
            {piece.sha256 && <code className="sum">{piece.sha256}</code>}
          </li>
        ))}
      </ul>
      {sealing && (
        <p className="soft small" id="sealing">
          <span className={`badge ${isWhole ? "good" : "warn"}`}>
            {isWhole ? say("已封存", "Sealed") : say("封存中", "Being sealed")}
          </span>{" "}
          {say(
            `${sealing.sealed}/${sealing.steps} 个步骤在哈希链上`,
            `${sealing.sealed} of ${sealing.steps} steps are in the hash chain`,
          )}
          {sealing.stamped_at && ` · ${say("时间戳", "time stamp")} ${exactTime(say, sealing.stamped_at)}`}
        </p>
      )}
      <p className="line">
        <a className="button" id="pack" href={`/api/v1/alerts/${alert.alert_id}/pack.zip?clip=${hasClip}`} download="">
          {say("下载证据包", "Download evidence pack")}
        </a>
        <span className="soft small">
          {hasClip
            ? say("含未遮挡视频；下载会被记录", "with the clip, which is not masked; the copy is put on record")
            : say("不含视频；下载会被记录", "without a clip; the copy is put on record")}
        </span>
      </p>
    </Section>
  );
}

function Facts({ alert }: { alert: AlertDetail }) {
  const say = useSay();
  const pairs: [string, ReactNode][] = [
    [
      say("代码", "Code"),
      <>
        <code>{alert.code}</code> {say("目录版本", "catalogue")} {alert.code_version}
      </>,
    ],
    [say("首次发现", "First seen"), exactTime(say, alert.started_at)],
    [say("达到规则", "Rule fulfilled"), exactTime(say, alert.confirmed_at)],
    [say("最后所见", "Last seen"), exactTime(say, alert.last_seen_at)],
    [say("结束", "Ended"), alert.ended_at ? exactTime(say, alert.ended_at) : say("仍在持续", "still going on")],
    [
      say("识别", "Seen"),
      alert.boxes.map((box) => `${labelName(say, box.label)} ${Math.round(box.confidence * 100)}%`).join("，") || "—",
    ],
    [
      say("模型", "Network"),
      <>
        {alert.model.name} {alert.model.version} <code>{alert.model.sha256.slice(0, 16)}</code>
      </>,
    ],
    [say("编号", "Id"), <code key="id">{alert.alert_id}</code>],
  ];
  return (
    <Section title={say("事实", "Facts")}>
      <dl className="facts">
        {pairs.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

// The law in the version of the day, whether it was in force, and who has read it.
function Clause({ clause }: { clause: ClauseView }) {
  const say = useSay();
  const version = clause.version && say(`（${clause.version}）`, ` (${clause.version})`);
  const place = `${lawName(say, clause)}${version} ${clause.article}`;
  const who = `${clause.verified_by ?? ""} ${clause.verified_on ?? ""} · ${clause.verified_text ?? ""}`;
  return (
    <li data-clause={clause.clause_id}>
      {clause.url ? (
        <a href={clause.url} rel="noreferrer" target="_blank">
          {place}
        </a>
      ) : (
        place
      )}{" "}
      {clause.document && (
        <span className="soft small">
          {clause.publisher} {clause.document}{" "}
        </span>
      )}
      {clause.verified ? (
        <span className="badge good" title={who}>
          {say("条文已核实", "text verified")}
        </span>
      ) : (
        <span className="badge warn">{say("条文未核实", "text not verified")}</span>
      )}
      {clause.law && !clause.in_force && (
        <span className="badge warn">{say("当日未生效", "not in force that day")}</span>
      )}
    </li>
  );
}
