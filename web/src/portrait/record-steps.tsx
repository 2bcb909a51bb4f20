// What an officer puts on record about a decision. Each step stays; publishing and withdrawing are told to every receiver.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, type PublicRecord, taken } from "../api/client";
import { useSay } from "../shell/preferences";
import type { Say } from "../words/say";
import { type Act, offeredActs, receiversOf } from "./record-acts";

const NAMES: Readonly<Record<Act, (say: Say) => string>> = {
  settle: (say) => say("决定生效", "Final"),
  contest: (say) => say("复议、诉讼或异议", "Contested"),
  publish: (say) => say("公示", "Publish"),
  withdraw: (say) => say("撤回", "Withdraw"),
  repair: (say) => say("信用修复", "Repair"),
};

export function Steps({ record }: { record: PublicRecord }) {
  const say = useSay();
  const [chosen, setChosen] = useState<Act | null>(null);
  const open = offeredActs(record);
  if (open.length === 0) return null;
  return (
    <div className="record-acts">
      <div className="actions">
        {open.map((act) => (
          <button
            key={act}
            type="button"
            className="plain"
            data-act={act}
            aria-pressed={chosen === act}
            onClick={() => setChosen(chosen === act ? null : act)}
          >
            {NAMES[act](say)}
          </button>
        ))}
      </div>
      {chosen && <StepForm key={chosen} record={record} act={chosen} done={() => setChosen(null)} />}
    </div>
  );
}

function StepForm({ record, act, done }: { record: PublicRecord; act: Act; done: () => void }) {
  const say = useSay();
  const client = useQueryClient();
  const step = useMutation({
    mutationFn: (form: FormData) => sent(record.record_id, act, form),
    onSuccess: () => {
      done();
      for (const key of ["records", "repairs", "explanation", "credit", "dates"])
        void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    step.mutate(new FormData(event.currentTarget));
  };
  return (
    <form className="give" onSubmit={submit}>
      {act === "publish" && (
        <>
          <p className="leadbar">
            {say(
              "公示是对企业不利的公开行为：请核对文书、生效证明与法律依据。简易程序与仅警告的决定不予公示。",
              "Publishing is public and weighs on the enterprise: check the document, that it is final, and the law. Simple procedures and mere warnings are never published.",
            )}
          </p>
          <label>
            {say("公示的法律依据", "The place in law that allows it")}
            <input name="reason" required maxLength={1000} autoComplete="off" />
          </label>
          <label>
            {say("公示截止日", "Last day of publication")}
            <input type="date" name="day" required />
          </label>
          <label>
            {say("接收方（每行一个，撤回时逐一告知）", "Receivers, one a line; each is told of a withdrawal")}
            <textarea name="receivers" required rows={3} maxLength={5000} />
          </label>
        </>
      )}
      {act === "withdraw" && (
        <label>
          {say(
            "原决定变更或撤销之日（三日内告知各接收方）",
            "Day of the change or revocation; receivers hear within three days",
          )}
          <input type="date" name="day" required />
        </label>
      )}
      {act !== "publish" && (
        <label>
          {say("依据或理由（必填，写入台账后不可更改）", "Ground or reason (needed; cannot be changed once on record)")}
          <textarea name="reason" required maxLength={1000} rows={2} />
        </label>
      )}
      <div className="actions">
        <button type="submit" className="plain main" disabled={step.isPending}>
          {act === "publish" ? say("确认公示", "Publish it") : say("写入记录", "Put on record")}
        </button>
      </div>
      <p className="fault" role="alert">
        {step.error?.message}
      </p>
    </form>
  );
}

function sent(record_id: string, act: Act, form: FormData): Promise<PublicRecord> {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const params = { path: { record_id } };
  if (act === "publish") {
    const body = { basis: text("reason"), ends_on: text("day"), receivers: receiversOf(text("receivers")) };
    return taken(api.POST("/api/v1/records/{record_id}/publish", { params, body }));
  }
  if (act === "withdraw") {
    const body = { reason: text("reason"), decided_on: text("day") };
    return taken(api.POST("/api/v1/records/{record_id}/withdraw", { params, body }));
  }
  const path = `/api/v1/records/{record_id}/${act}` as "/api/v1/records/{record_id}/settle";
  return taken(api.POST(path, { params, body: { reason: text("reason") } }));
}
