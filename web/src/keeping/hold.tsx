// What is held and what was deleted of one alert; a hold keeps all of its evidence until somebody lifts it, with a reason.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, type Me, type Schema, taken } from "../api/client";
import { refusalText } from "../people/accounts";
import { useSay } from "../shell/preferences";
import { fullTime } from "../words/say";

type Keeping = Schema["AlertKeepingView"];

export function useKeeping(alertId: string) {
  return useQuery({
    queryKey: ["keeping", alertId],
    queryFn: () => taken(api.GET("/api/v1/alerts/{alert_id}/keeping", { params: { path: { alert_id: alertId } } })),
  });
}

export function Hold({ me, alertId, keeping }: { me: Me; alertId: string; keeping: Keeping | undefined }) {
  const say = useSay();
  const [isAsking, setAsking] = useState(false);
  const hold = keeping?.hold;
  const mayHold = me.permissions.includes("hold");
  if (keeping === undefined || (!hold && !mayHold)) return null;
  return (
    <section className="card pad" id="holding">
      <h3>{say("依法留存", "Legal hold")}</h3>
      {hold ? (
        <p>
          <span className="badge warn">{say("留存中", "Held")}</span> {fullTime(say, hold.set_at)}
          {say("：", ": ")}
          {hold.reason}
        </p>
      ) : (
        <p className="soft small">
          {say("留存后任何证据都不会被删除，直到解除。", "While it is held nothing of it is deleted.")}
        </p>
      )}
      {mayHold &&
        (isAsking ? (
          <Why alertId={alertId} isHeld={Boolean(hold)} done={() => setAsking(false)} />
        ) : (
          <button type="button" className="plain" id="hold-begin" onClick={() => setAsking(true)}>
            {hold ? say("解除留存", "Lift the hold") : say("留存证据", "Hold the evidence")}
          </button>
        ))}
    </section>
  );
}

function Why({ alertId, isHeld, done }: { alertId: string; isHeld: boolean; done: () => void }) {
  const say = useSay();
  const client = useQueryClient();
  const params = { path: { alert_id: alertId } };
  const send = useMutation({
    mutationFn: (reason: string) =>
      isHeld
        ? taken(api.POST("/api/v1/alerts/{alert_id}/release", { params, body: { reason } }))
        : taken(api.POST("/api/v1/alerts/{alert_id}/hold", { params, body: { reason } })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["keeping", alertId] });
      void client.invalidateQueries({ queryKey: ["holds"] });
      done();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    send.mutate(String(new FormData(event.currentTarget).get("why")).trim());
  };
  return (
    <form onSubmit={submit}>
      <label>
        {isHeld
          ? say("解除理由", "Why it is lifted")
          : say("留存理由（如案号）", "Why it is held, such as a case number")}
        <input name="why" id="hold-why" required maxLength={1000} autoComplete="off" />
      </label>
      <p className="fault" role="alert">
        {refusalText(say, send.error)}
      </p>
      <div className="actions">
        <button type="submit" className="plain main" id="hold-send" disabled={send.isPending}>
          {isHeld ? say("解除", "Lift it") : say("留存", "Hold it")}
        </button>
        <button type="button" className="quiet" onClick={done}>
          {say("取消", "Cancel")}
        </button>
      </div>
    </form>
  );
}
