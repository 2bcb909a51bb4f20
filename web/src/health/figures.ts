// How things stand, read so that silence is never taken for well.

import type { CameraStatus, CameraView } from "../api/client";
import type { Say } from "../words/say";

export type Tone = "good" | "warn" | "offline" | "";
export interface Standing {
  words: string;
  tone: Tone;
}

// A camera is only well while fresh pictures come. No status is no word, and no word is not well.
export function sightOf(say: Say, status: CameraStatus | undefined): Standing {
  if (!status) return { words: say("没有消息", "No word"), tone: "offline" };
  if (status.condition === "paused") return { words: say("已暂停，未作判断", "Paused, not judged"), tone: "warn" };
  if (!status.has_fresh_picture) return { words: say("无画面", "No picture"), tone: "offline" };
  if (status.condition === "tampered")
    return { words: say("画面不可信", "Picture not to be relied on"), tone: "offline" };
  if (status.condition !== "online") return { words: say("画面不稳", "Degraded"), tone: "warn" };
  return { words: say("有画面", "Picture"), tone: "good" };
}

const RANK: Record<Tone, number> = { offline: 0, warn: 1, "": 2, good: 3 };

export function troubledFirst(
  say: Say,
  cameras: readonly CameraView[],
  statuses: readonly CameraStatus[],
): { camera: CameraView; status: CameraStatus | undefined; standing: Standing }[] {
  const known = new Map(statuses.map((status) => [status.camera_id, status]));
  return cameras
    .map((camera) => {
      const status = known.get(camera.camera_id);
      return { camera, status, standing: sightOf(say, status) };
    })
    .sort((one, other) => RANK[one.standing.tone] - RANK[other.standing.tone]);
}

export function within(say: Say, found: { count: number; half: number | null; most: number | null }): string {
  if (found.count === 0) return say("尚无数据", "nothing yet");
  const bound = (value: number | null) => (value === null ? say("超出量程", "beyond the scale") : `≤ ${value} s`);
  return say(
    `半数 ${bound(found.half)}，95% ${bound(found.most)}（n=${found.count}）`,
    `half ${bound(found.half)}, 95% ${bound(found.most)} (n=${found.count})`,
  );
}
