// Stop looking through a camera, with a reason that stays on record, and look again.

import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, type CameraView, type ToldStatus, taken } from "../api/client";
import { useSay } from "../shell/preferences";

export function PauseSwitch({ camera, status }: { camera: CameraView; status: ToldStatus }) {
  const say = useSay();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [fault, setFault] = useState("");
  const [isSending, setSending] = useState(false);
  const params = { path: { camera_id: camera.camera_id } };
  const send = async (asked: () => Promise<unknown>) => {
    setSending(true);
    try {
      await asked();
      setAsking(false);
      setFault("");
      await client.invalidateQueries({ queryKey: ["statuses"] });
      await client.invalidateQueries({ queryKey: ["cameras"] });
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    } finally {
      setSending(false);
    }
  };
  const pause = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason") ?? "");
    if (!isSending) void send(() => taken(api.POST("/api/v1/cameras/{camera_id}/pause", { params, body: { reason } })));
  };
  const refusal = fault && (
    <p className="fault" role="alert">
      {fault}
    </p>
  );
  if (status?.condition === "paused")
    return (
      <div className="pausing">
        <button
          type="button"
          className="plain switch"
          disabled={isSending}
          onClick={() => void send(() => taken(api.POST("/api/v1/cameras/{camera_id}/resume", { params })))}
        >
          {say("恢复分析", "Resume")}
        </button>
        {refusal}
      </div>
    );
  return (
    <div className="pausing">
      {!isAsking && (
        <button type="button" className="plain switch" onClick={() => setAsking(true)}>
          {say("暂停分析", "Pause")}
        </button>
      )}
      {isAsking && (
        <form onSubmit={pause} className="pause-form">
          <label>
            {say("暂停原因", "Why")}
            {/* biome-ignore lint/a11y/noAutofocus: the person has just asked for this field */}
            <input name="reason" maxLength={1000} autoComplete="off" autoFocus />
          </label>
          <button type="submit" className="plain main" disabled={isSending}>
            {say("暂停", "Pause")}
          </button>
          <button type="button" className="quiet" onClick={() => setAsking(false)}>
            {say("取消", "Cancel")}
          </button>
        </form>
      )}
      {refusal}
    </div>
  );
}
