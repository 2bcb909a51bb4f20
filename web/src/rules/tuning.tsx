// Numbers of a rule tried on what a camera saw: choose camera, period and numbers, and follow what is being judged.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useSearchParams } from "react-router";
import { api, taken } from "../api/client";
import { useCameras, useCodes } from "../api/queries";
import { useSay } from "../shell/preferences";
import { labelName, nameOf } from "../words/names";
import { trialStateName } from "../words/rules";
import { fullTime } from "../words/say";
import { localMoment, trialWords, typedSeconds } from "./figures";
import { type TrialBody, useLogSpan, useRules, useTrials } from "./queries";
import { TrialCard } from "./trial";

export function Tuning() {
  const say = useSay();
  const { data: span, error } = useLogSpan();
  const { data: trials = [] } = useTrials();
  const { data: cameras = [] } = useCameras();
  const [query, setQuery] = useSearchParams();
  const chosen = query.get("trial") ?? trials[0]?.trial_id;
  const choose = (trial: string) => setQuery({ part: "tuning", trial }, { replace: true });
  return (
    <section className="tuning" aria-label={say("试算调参", "Try numbers")}>
      {error && <p role="alert">{error.message}</p>}
      {span && span.begins_at === null && (
        <div className="card pad" id="no-log">
          <h2>{say("没有可回放的识别记录", "There are no recorded looks")}</h2>
          <p>
            {say(
              "请在本机以 BRIGHTKITCHEN_ALERTS__DETECTION_LOG__IS_ON=true 启动服务，记录几天后再来。记录只有识别框与时刻，没有画面和人脸；它反映人员何时在何处，请在员工告知中说明。",
              "Start the service with BRIGHTKITCHEN_ALERTS__DETECTION_LOG__IS_ON=true and come back in some days. The log holds boxes and times, no picture and no face; it says when somebody was where, so name it in the notice to staff.",
            )}
          </p>
        </div>
      )}
      {span?.begins_at && span.ends_at && (
        <Order
          begins={new Date(span.begins_at)}
          ends={new Date(span.ends_at)}
          thresholds={span.thresholds}
          longestDays={span.longest_days}
          ordered={choose}
        />
      )}
      {trials.length > 1 && (
        <div className="chips" id="trials">
          {trials.map((trial) => (
            <button
              key={trial.trial_id}
              type="button"
              className="chip"
              aria-pressed={trial.trial_id === chosen}
              onClick={() => choose(trial.trial_id)}
            >
              {cameras.find((one) => one.camera_id === trial.camera_id)?.name ?? trial.camera_id} ·{" "}
              {trialWords(say, trial)} · {trialStateName(say, trial.state)}
            </button>
          ))}
        </div>
      )}
      {chosen && <TrialCard key={chosen} trialId={chosen} />}
    </section>
  );
}

interface OrderProps {
  begins: Date;
  ends: Date;
  thresholds: readonly { label: string; confidence: number }[];
  longestDays: number;
  ordered: (trialId: string) => void;
}

function Order({ begins, ends, thresholds, longestDays, ordered }: OrderProps) {
  const say = useSay();
  const client = useQueryClient();
  const { data: cameras = [] } = useCameras();
  const { data: codes = [] } = useCodes();
  const { data: rules } = useRules();
  const usual = new Date(Math.max(begins.getTime(), ends.getTime() - longestDays * 86_400_000));
  const [from, setFrom] = useState(localMoment(usual));
  const [until, setUntil] = useState(localMoment(new Date(ends.getTime() + 60_000)));
  const [code, setCode] = useState("pest.rodent");
  const timed = new Map(rules?.items.map((rule) => [rule.code, rule.timing ?? rule.taught]));
  const timing = timed.get(code);
  const labels = thresholds.filter((one) => timing?.labels.includes(one.label));
  const send = useMutation({
    mutationFn: (body: TrialBody) => taken(api.POST("/api/v1/trials", { body })),
    onSuccess: (trial) => {
      void client.invalidateQueries({ queryKey: ["trials"], exact: true });
      ordered(trial.trial_id);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const number = (name: string) => typedSeconds(String(fields.get(name) ?? ""));
    const seconds = { minimum_seconds: number("dwell") ?? null, cool_down_seconds: number("quiet") ?? null };
    const least = labels.flatMap(({ label }) => {
      const confidence = number(`least ${label}`);
      return typeof confidence === "number" ? [{ label, confidence }] : [];
    });
    const isTimed = seconds.minimum_seconds !== null || seconds.cool_down_seconds !== null;
    send.mutate({
      camera_id: String(fields.get("camera")),
      begins_at: new Date(from).toISOString(),
      ends_at: new Date(until).toISOString(),
      codes: isTimed ? [{ code, ...seconds }] : [],
      thresholds: least,
    });
  };
  return (
    <form className="card pad order" id="trial-form" onSubmit={submit}>
      <h2>{say("用已记录的识别结果试算", "Try it on what was recorded")}</h2>
      <p className="soft small">
        {say(
          `记录自 ${fullTime(say, begins.toISOString())} 至 ${fullTime(say, ends.toISOString())}，一次最多 ${longestDays} 天。试算在后台以最低优先级进行，不改变正在使用的规则，也不产生告警。`,
          `Recorded from ${fullTime(say, begins.toISOString())} to ${fullTime(say, ends.toISOString())}; at most ${longestDays} days at a time. It runs in the background at the lowest priority, changes nothing in service and raises no alert.`,
        )}
      </p>
      <div className="fields">
        <label>
          {say("摄像机", "Camera")}
          <select name="camera" required>
            {cameras.map((camera) => (
              <option key={camera.camera_id} value={camera.camera_id}>
                {camera.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {say("从", "From")}
          <input type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} required />
        </label>
        <label>
          {say("至", "Until")}
          <input type="datetime-local" value={until} onChange={(event) => setUntil(event.target.value)} required />
        </label>
        <label>
          {say("规则", "Rule")}
          <select name="code" value={code} onChange={(event) => setCode(event.target.value)}>
            {codes
              .filter((one) => timed.get(one.code))
              .map((one) => (
                <option key={one.code} value={one.code}>
                  {nameOf(say, one)}
                </option>
              ))}
          </select>
        </label>
        <label>
          {say(
            `停留秒数（现为 ${timing?.minimum_seconds ?? "…"}）`,
            `Dwell, s (now ${timing?.minimum_seconds ?? "…"})`,
          )}
          <input name="dwell" type="number" min="0" max="604800" step="any" />
        </label>
        <label>
          {say(
            `冷却秒数（现为 ${timing?.cool_down_seconds ?? "…"}）`,
            `Cool-down, s (now ${timing?.cool_down_seconds ?? "…"})`,
          )}
          <input name="quiet" type="number" min="0" max="604800" step="any" />
        </label>
        {labels.map(({ label, confidence }) => (
          <label key={label}>
            {say(
              `“${labelName(say, label)}”置信度（记录下限 ${confidence}）`,
              `Confidence of ${labelName(say, label)} (log: from ${confidence})`,
            )}
            <input name={`least ${label}`} type="number" min={confidence} max="1" step="any" />
          </label>
        ))}
      </div>
      <button type="submit" className="plain main" disabled={send.isPending}>
        {say("开始试算", "Try it")}
      </button>
      <p className="fault" role="alert">
        {send.error?.message}
      </p>
    </form>
  );
}
