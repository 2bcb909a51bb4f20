// One trial: its progress, then today's numbers and the tried ones side by side, with what people made of real alerts.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, Problem, taken } from "../api/client";
import { useCameras, useCodes } from "../api/queries";
import { useSay } from "../shell/preferences";
import { labelName, nameOf } from "../words/names";
import { trialStateName, verdictName } from "../words/rules";
import { clockTime, duration, unavailable } from "../words/say";
import { periodWords, quietCodes } from "./figures";
import { type Compared, isOver, type TrialDetail, type TriedAlert, useRules, useTrial } from "./queries";

export function TrialCard({ trialId }: { trialId: string }) {
  const say = useSay();
  const client = useQueryClient();
  const { data: trial, error } = useTrial(trialId);
  const { data: cameras = [] } = useCameras();
  const cancel = useMutation({
    mutationFn: () => taken(api.POST("/api/v1/trials/{trial_id}/cancel", { params: { path: { trial_id: trialId } } })),
    onSettled: () => void client.invalidateQueries({ queryKey: ["trials"] }),
  });
  const lost =
    error &&
    (error instanceof Problem && error.status === 404
      ? say("没有这次试算；服务重启后需重新试算。", "There is no such trial; after a restart try again.")
      : unavailable(say));
  if (lost && !trial)
    return (
      <p className="card pad" role="alert">
        {lost}
      </p>
    );
  if (!trial) return <p className="loading soft">{say("正在载入…", "Loading…")}</p>;
  const percent = Math.round(trial.share * 100);
  return (
    <section className="card pad trial" data-trial={trialId} data-state={trial.state}>
      <div className="line">
        <h2>
          {cameras.find((one) => one.camera_id === trial.camera_id)?.name ?? trial.camera_id} ·{" "}
          {periodWords(say, trial.begins_at, trial.ends_at)}
        </h2>
        <span className={`badge ${trial.state === "done" ? "good" : trial.state === "failed" ? "warn" : ""}`}>
          {trialStateName(say, trial.state)}
        </span>
      </div>
      <p className="soft small">
        {say(
          `由 ${trial.by} 于 ${clockTime(say, trial.ordered_at)} 发起`,
          `by ${trial.by}, ${clockTime(say, trial.ordered_at)}`,
        )}
        {trial.codes.map((one) => ` · ${one.code}: ${tried(one)}`)}
        {trial.thresholds.map((one) => ` · ${labelName(say, one.label)} ≥ ${one.confidence}`)}
      </p>
      {!isOver(trial.state) && (
        <div className="controls">
          <progress max={100} value={percent} aria-label={say("进度", "Progress")} />
          <span>
            {percent}% · {say(`已判 ${trial.looks} 帧`, `${trial.looks} looks judged`)}
          </span>
          <button type="button" className="plain" id="cancel-trial" onClick={() => cancel.mutate()}>
            {say("取消", "Cancel")}
          </button>
        </div>
      )}
      {lost && <p role="alert">{lost}</p>}
      {trial.fault && <p role="alert">{trial.fault}</p>}
      {trial.state === "done" && <Outcome trial={trial} />}
    </section>
  );
}

function tried(one: { minimum_seconds: number | null; cool_down_seconds: number | null }): string {
  const parts = [one.minimum_seconds, one.cool_down_seconds].map((value) => (value === null ? "=" : `${value} s`));
  return parts.join(" / ");
}

function Outcome({ trial }: { trial: TrialDetail }) {
  const say = useSay();
  const { data: codes = [] } = useCodes();
  const names = new Map(codes.map((code) => [code.code, nameOf(say, code)]));
  const { data: rules } = useRules();
  const labels = new Map(rules?.items.map((rule) => [rule.code, (rule.timing ?? rule.taught)?.labels ?? []]));
  const quiet = quietCodes(trial, labels).map((code) => names.get(code) ?? code);
  const wanted = new Set(trial.codes.map((one) => one.code));
  const shown = trial.compared.filter(
    (one) => wanted.has(one.code) || one.only_before.length + one.only_after.length + one.both.length > 0,
  );
  const unjudged = [...wanted].filter((code) => !trial.judged.includes(code));
  return (
    <>
      <p className="leadbar">
        {say("试算结果，未发出任何告警；", "A computation; no alert was raised. ")}
        {say(
          `覆盖 ${duration(say, trial.seconds ?? 0)}、${trial.looks} 帧`,
          `It covers ${duration(say, trial.seconds ?? 0)}, ${trial.looks} looks`,
        )}
        {trial.lost_looks > 0 &&
          say(`，另有 ${trial.lost_looks} 帧未记录`, `; ${trial.lost_looks} looks were not recorded`)}
        {say("。", ".")}
      </p>
      {unjudged.map((code) => (
        <p key={code} className="reason">
          {say(
            `这台摄像机不判断“${names.get(code) ?? code}”，因此没有可比结果。`,
            `“${names.get(code) ?? code}” is not judged on this camera: there is nothing to compare.`,
          )}
        </p>
      ))}
      {quiet.length > 0 && (
        <p id="quiet">
          {say(
            `阈值涉及但两种参数下都没有报警：${quiet.join("、")}。`,
            `Nothing is raised by either setting for what the thresholds bear on: ${quiet.join(", ")}.`,
          )}
        </p>
      )}
      {rules && shown.length === 0 && quiet.length === 0 && unjudged.length === 0 && (
        <p className="reason">
          {say(
            "这台摄像机判断的规则都不看这些标签，因此没有可比结果。",
            "No rule that is judged on this camera looks at these labels: there is nothing to compare.",
          )}
        </p>
      )}
      {shown.map((one) => (
        <Side key={one.code} compared={one} name={names.get(one.code) ?? one.code} />
      ))}
      <Download trial={trial} />
    </>
  );
}

function Side({ compared, name }: { compared: Compared; name: string }) {
  const say = useSay();
  return (
    <div className="compared" data-compared={compared.code}>
      <h3>{name}</h3>
      <div className="two">
        <div>
          <span className="soft">{say("现用参数", "In service")}</span>{" "}
          <strong data-side="before">{compared.before}</strong>
        </div>
        <div>
          <span className="soft">{say("试算参数", "Tried")}</span> <strong data-side="after">{compared.after}</strong>
        </div>
      </div>
      {compared.only_before.length > 0 && (
        <p className={compared.gone_confirmed > 0 ? "reason" : "soft"}>
          {say(
            `将不再报警的 ${compared.before - compared.both.length} 条中：人工已确认 ${compared.gone_confirmed}，已排除 ${compared.gone_dismissed}。`,
            `Of ${compared.before - compared.both.length} that would go: ${compared.gone_confirmed} confirmed by a person, ${compared.gone_dismissed} dismissed.`,
          )}
        </p>
      )}
      <Alerts title={say("− 将不再报警", "− Would go")} alerts={compared.only_before} />
      <Alerts title={say("＋ 将新增", "+ Would come")} alerts={compared.only_after} />
      <Alerts title={say("＝ 两者都报警", "= Raised by both")} alerts={compared.both} />
      <p className="soft small">
        {say(
          `冷却期内合并：现用 ${compared.held_back_before}，试算 ${compared.held_back_after}。`,
          `Held back by the cool-down: ${compared.held_back_before} in service, ${compared.held_back_after} tried.`,
        )}
        {compared.nearest &&
          compared.nearest_at &&
          say(
            `最接近而未报警：${clockTime(say, compared.nearest_at)}，${compared.nearest.seconds.toFixed(1)} 秒（需 ${compared.nearest.needed_seconds} 秒）。`,
            ` Nearest that raised nothing: ${clockTime(say, compared.nearest_at)}, ${compared.nearest.seconds.toFixed(1)} s of ${compared.nearest.needed_seconds}.`,
          )}
      </p>
    </div>
  );
}

function Alerts({ title, alerts }: { title: string; alerts: readonly TriedAlert[] }) {
  const say = useSay();
  if (alerts.length === 0) return null;
  return (
    <details open={alerts.length <= 12}>
      <summary>
        {title}（{alerts.length}）
      </summary>
      <ul className="bare small">
        {alerts.map((alert) => (
          <li key={`${alert.raised_at} ${alert.label} ${alert.confidence}`}>
            {clockTime(say, alert.raised_at)} · {labelName(say, alert.label)} {alert.confidence.toFixed(2)} ·{" "}
            {say(`持续 ${alert.reached.seconds.toFixed(1)} 秒`, `for ${alert.reached.seconds.toFixed(1)} s`)}
            {alert.moved_seconds !== null && Math.abs(alert.moved_seconds) >= 0.05 && (
              <>
                {" "}
                · {say("移动", "moved")} {alert.moved_seconds.toFixed(1)} s
              </>
            )}{" "}
            {alert.alert_id && (
              <Link to={`/alerts/${alert.alert_id}`}>
                {alert.verdict ? verdictName(say, alert.verdict) : say("未核实的告警", "unreviewed alert")}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Download({ trial }: { trial: TrialDetail }) {
  const say = useSay();
  const [because, setBecause] = useState("");
  const address = `/api/v1/trials/${trial.trial_id}/profile.yaml?name=tuned&because=${encodeURIComponent(because)}`;
  return (
    <div className="go-live">
      <h3>{say("投入使用", "Put it into service")}</h3>
      <p className="small">
        {say(
          "规则不能在网页上直接生效：参数须连同理由写入辖区文件，由管理服务的人投入使用。",
          "Rules do not go live from a page: the numbers go into a profile, with the reason, and whoever runs the service puts it in.",
        )}
      </p>
      <label>
        {say("理由（写入文件）", "Reason (stands in the file)")}
        <input name="because" value={because} maxLength={500} onChange={(event) => setBecause(event.target.value)} />
      </label>
      {because.trim() ? (
        <a className="button main" id="profile" href={address} download="tuned.yaml">
          {say("下载 tuned.yaml", "Download tuned.yaml")}
        </a>
      ) : (
        <span className="soft small">{say("填写理由后可下载。", "With a reason it can be downloaded.")}</span>
      )}
      <ol className="small">
        <li>{say("放入目录副本的 profiles/ 文件夹", "Put it into profiles/ of your copy of the catalogue")}</li>
        <li>
          <code>brightkitchen catalogue check</code>
        </li>
        <li>
          <code>BRIGHTKITCHEN_ALERTS__PROFILE=tuned</code>
          {say("，重启服务", ", and start the service anew")}
        </li>
      </ol>
    </div>
  );
}
