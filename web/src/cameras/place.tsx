// Before a new camera is watched a person looks at what it shows, and says that it is no place that must not be watched.

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { api, type CameraView, type Me, problemOf, taken } from "../api/client";
import { useSay } from "../shell/preferences";
import { causeName } from "../words/names";
import { clockTime, type Say } from "../words/say";

export const isToBeLookedAt = (camera: CameraView): boolean =>
  ["awaited", "forbidden", "unknown"].includes(camera.place.standing);

interface Given {
  camera: CameraView;
  me: Me;
  judged: (camera: CameraView) => void;
  isOpen?: boolean; // look at once, without being asked
}

interface Shown {
  url: string;
  sha256: string;
}

// Opens the camera for one picture, which nobody keeps, and takes the person's word on it.
export function PlaceCheck({ camera, me, judged, isOpen = false }: Given) {
  const say = useSay();
  const client = useQueryClient();
  const [shown, setShown] = useState<Shown | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const mayJudge = me.permissions.includes("manage_cameras") && me.permissions.includes("see_unmasked");
  const { camera_id } = camera;
  const look = useCallback(async () => {
    setBusy(true);
    setFault("");
    try {
      setShown(await firstPicture(camera_id));
    } catch (error) {
      setFault(
        `${say("没有画面，无法确认：", "No picture, so nothing can be confirmed: ")}${causeName(say, wordsOf(error))}`,
      );
    } finally {
      setBusy(false);
    }
  }, [camera_id, say]);
  useEffect(() => {
    if (isOpen && mayJudge) void look();
  }, [isOpen, mayJudge, look]);
  useEffect(() => () => void (shown && URL.revokeObjectURL(shown.url)), [shown]);
  const tell = async (verdict: "confirmed" | "forbidden") => {
    if (!shown) return;
    setBusy(true);
    setFault("");
    try {
      const params = { path: { camera_id } };
      const body = { verdict, picture_sha256: shown.sha256, note: "" };
      const stored = await taken(api.POST("/api/v1/cameras/{camera_id}/place", { params, body }));
      setShown(null);
      await client.invalidateQueries({ queryKey: ["statuses"] });
      void client.invalidateQueries({ queryKey: ["cameras"] });
      judged(stored);
    } catch (error) {
      setFault(`${say("未能保存：", "Not stored: ")}${wordsOf(error)}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="place-check" data-place={camera.place.standing}>
      <p>
        <strong>{standingText(say, camera)}</strong>
      </p>
      {!mayJudge && (
        <p className="soft">
          {say(
            "由可管理摄像机并可查看未遮挡画面的人员确认。",
            "Somebody who manages cameras and may see unmasked pictures confirms it.",
          )}
        </p>
      )}
      {shown && (
        <>
          <div className="picture">
            <img src={shown.url} alt={say("首帧画面", "The first picture")} />
          </div>
          <p>
            {say(
              "请确认画面不是更衣室、卫生间、宿舍、母婴室、休息室等禁止拍摄的场所；并确认方向正确、画面清楚、没有遮挡。确认之前不分析、不保存。",
              "Confirm that this is no changing room, toilet, dormitory, nursing room, rest room or the like, and that it is the right place, sharp and not covered. Until then nothing is analysed or kept.",
            )}
          </p>
        </>
      )}
      {isBusy && !shown && (
        <p className="soft" role="status">
          {say("正在打开摄像机…", "Opening the camera…")}
        </p>
      )}
      <p className="fault" role="alert">
        {fault}
      </p>
      {mayJudge && (
        <div className="actions">
          {shown ? (
            <>
              <button
                type="button"
                className="plain main"
                id="confirm-place"
                disabled={isBusy}
                onClick={() => void tell("confirmed")}
              >
                {say("不是禁拍场所，开始分析", "It is none: begin")}
              </button>
              <button
                type="button"
                className="plain danger"
                id="forbid-place"
                disabled={isBusy}
                onClick={() => void tell("forbidden")}
              >
                {say("是禁拍场所", "It is one")}
              </button>
            </>
          ) : (
            <button type="button" className="plain main" id="look-place" disabled={isBusy} onClick={() => void look()}>
              {fault ? say("再试一次", "Try again") : say("查看首帧", "Look at its first picture")}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function firstPicture(cameraId: string): Promise<Shown> {
  const answer = await fetch(`/api/v1/cameras/${encodeURIComponent(cameraId)}/first-picture.jpg`);
  if (!answer.ok) {
    const problem: unknown = await answer.json().catch(() => ({}));
    const cause = (problem as { cause?: string }).cause;
    throw cause ? new Error(cause) : problemOf(answer, problem);
  }
  const sha256 = (answer.headers.get("ETag") ?? "").replaceAll('"', "");
  return { url: URL.createObjectURL(await answer.blob()), sha256 };
}

function standingText(say: Say, { place }: CameraView): string {
  const when = clockTime(say, place.at);
  if (place.standing === "forbidden")
    return say(
      `禁止拍摄的场所，不分析、不保存（${place.by} 于 ${when} 认定）`,
      `A place that must not be watched: nothing is analysed or kept (found by ${place.by}, ${when})`,
    );
  if (place.standing === "unknown")
    return say("场所从未经人工确认。", "Nobody has ever confirmed that this place may be watched.");
  return say(
    "待人工确认场所：确认之前不分析、不保存。",
    "Waits for a person to look: nothing is analysed or kept before.",
  );
}
