// What one may do with an application now: the enterprise files and withdraws, an officer accepts, returns, decides.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Application, api, type Me, taken } from "../api/client";
import { mayEnter } from "../portrait/figures";
import { useSay } from "../shell/preferences";
import type { Say } from "../words/say";

type Act = "file" | "withdraw" | "accept" | "return" | "grant" | "refuse";
const ACTS: readonly { act: Act; from: readonly string[]; side: "firm" | "officer"; name: (say: Say) => string }[] = [
  { act: "file", from: ["drafted", "returned"], side: "firm", name: (say) => say("确认提交", "File") },
  {
    act: "withdraw",
    from: ["drafted", "filed", "returned", "accepted"],
    side: "firm",
    name: (say) => say("撤回", "Withdraw"),
  },
  { act: "accept", from: ["filed"], side: "officer", name: (say) => say("受理", "Accept") },
  { act: "return", from: ["filed"], side: "officer", name: (say) => say("退回补正", "Return") },
  { act: "grant", from: ["accepted"], side: "officer", name: (say) => say("准予修复", "Grant") },
  { act: "refuse", from: ["accepted"], side: "officer", name: (say) => say("不予修复", "Refuse") },
];

function take(id: string, act: Act, form: FormData): Promise<Application> {
  const params = { path: { application_id: id } };
  const reason = String(form.get("reason") ?? "");
  if (act === "grant" || act === "refuse")
    return taken(
      api.POST("/api/v1/applications/{application_id}/decide", {
        params,
        body: {
          granted: act === "grant",
          document_no: String(form.get("document_no") ?? ""),
          decided_on: String(form.get("decided_on") ?? ""),
          reason,
        },
      }),
    );
  const path = `/api/v1/applications/{application_id}/${act}` as "/api/v1/applications/{application_id}/return";
  return taken(api.POST(path, { params, body: { reason } }));
}

export function Steps({ me, application, isApplicant }: { me: Me; application: Application; isApplicant: boolean }) {
  const say = useSay();
  const client = useQueryClient();
  const [chosen, setChosen] = useState<Act | null>(null);
  const side = isApplicant ? "firm" : mayEnter(me) ? "officer" : "none";
  const step = useMutation({
    mutationFn: ({ act, form }: { act: Act; form: FormData }) => take(application.application_id, act, form),
    onSuccess: () => {
      setChosen(null);
      for (const key of ["applications", "repairs", "records", "credit", "explanation"])
        void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const open = ACTS.filter((one) => one.side === side && one.from.includes(application.state));
  if (open.length === 0) return null;
  const isDecision = chosen === "grant" || chosen === "refuse";
  const needsReason = chosen === "return" || chosen === "refuse";
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (chosen) step.mutate({ act: chosen, form: new FormData(event.currentTarget) });
  };
  return (
    <div className="record-acts">
      <div className="actions">
        {open.map(({ act, name }) => (
          <button
            key={act}
            type="button"
            className="plain"
            data-act={act}
            aria-pressed={chosen === act}
            onClick={() => setChosen(chosen === act ? null : act)}
          >
            {name(say)}
          </button>
        ))}
      </div>
      {chosen && (
        <form className="give" onSubmit={submit}>
          {isDecision && (
            <>
              <label>
                {say("决定书文号", "Document number")}
                <input name="document_no" required maxLength={100} />
              </label>
              <label>
                {say("决定日期", "Decided on")}
                <input name="decided_on" type="date" required />
              </label>
            </>
          )}
          <label>
            {needsReason ? say("理由（必填）", "Reason (needed)") : say("说明（可不填）", "Note (optional)")}
            <textarea name="reason" rows={2} maxLength={1000} required={needsReason} />
          </label>
          <div className="actions">
            <button type="submit" className="plain main" disabled={step.isPending}>
              {say("确认", "Confirm")}
            </button>
          </div>
          <p className="fault" role="alert">
            {step.error?.message}
          </p>
        </form>
      )}
    </div>
  );
}
