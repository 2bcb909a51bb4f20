// How a camera is, in a badge. What nobody tells is no word of it, and never the last that was good.

import type { CameraStatus, CameraView, ToldStatus } from "../api/client";
import { conditionName } from "../words/names";
import type { Say } from "../words/say";

export function conditionBadge(say: Say, camera: CameraView, status: ToldStatus): { style: string; words: string } {
  if (status === undefined) return { style: "", words: "…" };
  if (status === null) return { style: "offline", words: say("没有消息", "No word") };
  const isFine = status.condition === "online" && (status.has_fresh_picture || Boolean(camera.node_id));
  if (isFine) return { style: "good", words: conditionName(say, "online") };
  if (status.condition === "online") return { style: "degraded", words: say("在线 · 无画面", "Online · no picture") };
  return { style: status.condition, words: conditionName(say, status.condition) };
}

export const isTroubled = (status: ToldStatus): boolean => status?.condition !== "online" || !status.has_fresh_picture;

// Of one camera among what was told: nothing yet while the first answer is awaited, null where there is no word of it.
export function statusAmong(statuses: readonly CameraStatus[] | undefined, isAwaited: boolean, id: string): ToldStatus {
  return isAwaited ? undefined : (statuses?.find((one) => one.camera_id === id) ?? null);
}
