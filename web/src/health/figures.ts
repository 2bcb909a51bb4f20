// How things stand, read so that silence is never taken for well.

import type { CameraStatus, CameraView, Schema } from "../api/client";
import { grown } from "../shell/clock";
import { ago, clockTime, fullTime, type Say } from "../words/say";

export type Tone = "good" | "warn" | "offline" | "";
export interface Standing {
  words: string;
  tone: Tone;
}

export interface StreamRow {
  camera: CameraView;
  status: CameraStatus | undefined;
  standing: Standing;
}

// A camera is only well while fresh pictures come. No status is no word, and no word is not well; what a node says of a
// camera was not seen here, and does not count as a picture.
export function sightOf(say: Say, status: CameraStatus | undefined, nodeId: string | null = null): Standing {
  if (!status) return { words: say("没有消息", "No word"), tone: "offline" };
  if (status.condition === "paused") return { words: say("已暂停，未作判断", "Paused, not judged"), tone: "warn" };
  if (status.condition === "unconfirmed")
    return { words: say("待首次确认，未作判断", "First look awaited, not judged"), tone: "warn" };
  if (status.condition === "forbidden")
    return { words: say("不得监看，未作判断", "Must not be watched, not judged"), tone: "warn" };
  if (nodeId && status.condition === "online") return { words: say("节点称正常", "Well, by its node"), tone: "" };
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
): StreamRow[] {
  const known = new Map(statuses.map((status) => [status.camera_id, status]));
  return cameras
    .map((camera) => {
      const status = known.get(camera.camera_id);
      return { camera, status, standing: sightOf(say, status, camera.node_id) };
    })
    .sort((one, other) => RANK[one.standing.tone] - RANK[other.standing.tone]);
}

// How old the newest picture is by the service's clocks; this screen's may be wrong. Where it holds none, when the last came.
export function pictureAge(say: Say, { camera, status }: StreamRow): string {
  if (!status) return say("未知", "not known");
  if (camera.node_id) return say(`留在节点 ${camera.node_id}`, `stays at ${camera.node_id}`);
  if (status.frame_age_seconds !== null) {
    return ago(say, grown(status.frame_age_seconds, status.heard_at_ms ?? performance.now()));
  }
  if (status.last_frame_at === null) return say("从未收到", "none has ever come");
  const last = fullTime(say, status.last_frame_at);
  return say(`最后一帧 ${last}`, `last one ${last}`);
}

// How many pictures a second are due now, of how many were asked for. Without pictures nothing is analysed.
export function dueOf(say: Say, { camera, status }: StreamRow): string {
  if (!status?.has_fresh_picture) return "—";
  if (status.analysed_fps === null) return say("未知", "not known");
  const due = rate(status.analysed_fps);
  const wanted = rate(camera.analysed_fps);
  return due === wanted ? due : say(`${due}（设定 ${wanted}）`, `${due} (set: ${wanted})`);
}

const rate = (perSecond: number): string => `${Number(perSecond.toFixed(1))}`;

// A node does not tell how many pictures it looked at: that is no nought.
export function countsOf({ camera, status }: StreamRow): string {
  return status && !camera.node_id ? `${status.frames_analysed} / ${status.frames_dropped}` : "—";
}

// Whether a node is heard. `isKnown` false: the list of nodes could not be asked for.
export function lineOf(say: Say, node: { is_active: boolean; has_line: boolean }, isKnown: boolean): Standing {
  if (!node.is_active) return { words: say("已停用", "Shut out"), tone: "" };
  if (!isKnown) return { words: say("未知", "Not known"), tone: "warn" };
  return node.has_line
    ? { words: say("有联系", "Heard"), tone: "good" }
    : { words: say("失联，情况未知", "Silent, nothing known"), tone: "offline" };
}

// Whether a process that watches cameras lives. A silent one's cameras are about to be placed elsewhere.
export function groupStanding(say: Say, group: { is_living: boolean }, isKnown: boolean): Standing {
  if (!isKnown) return { words: say("未知", "Not known"), tone: "warn" };
  return group.is_living
    ? { words: say("运行中", "Running"), tone: "good" }
    : { words: say("失联，摄像机另行安排", "Silent: its cameras are placed elsewhere"), tone: "offline" };
}

export type Delivery = Schema["DeliveryStandingView"];

const LATE_SECONDS = 60; // what waits longer than this is no longer simply on its way

// Whether somebody should be told on every page. While the first connection is made nothing is wrong yet.
export function isHeldUp(told: Delivery): boolean {
  return told.state === "away" || (waitedSeconds(told) ?? 0) > LATE_SECONDS;
}

function waitedSeconds({ now, waiting, oldest_at }: Delivery): number | null {
  return waiting && oldest_at ? (Date.parse(now) - Date.parse(oldest_at)) / 1000 : null;
}

// How it stands with what goes out, and what that means to a reader. `undefined`: the service did not answer.
export function deliveryOf(say: Say, told: Delivery | undefined): Standing & { meaning: string } {
  if (told === undefined || told.state === "unknown")
    return {
      words: say("未知", "Not known"),
      tone: "warn",
      meaning: say("不知道告警是否发得出去。", "Whether alerts go out is not known."),
    };
  const waits = waitingWords(say, told);
  if (told.state === "connected") {
    if (told.waiting === null)
      return {
        words: say("已连接", "Connected"),
        tone: "good",
        meaning: say("告警正常发往消息服务器。", "Alerts go to the message broker."),
      };
    if (told.waiting === 0)
      return {
        words: say("已连接", "Connected"),
        tone: "good",
        meaning: say("全部已送达消息服务器，没有积压。", "All has reached the message broker; nothing waits."),
      };
    return {
      words: say("正在补送", "Catching up"),
      tone: isHeldUp(told) ? "warn" : "good",
      meaning: say(`已连接消息服务器，正按顺序发送。${waits}`, `Connected: what waits is sent in its order. ${waits}`),
    };
  }
  const isFirst = told.state === "connecting";
  const since = told.since
    ? say(`（自 ${clockTime(say, told.since)} 起）`, ` (since ${clockTime(say, told.since)})`)
    : "";
  return {
    words: isFirst ? say("正在连接", "Connecting") : say("暂停外发", "Held back"),
    tone: isFirst ? "warn" : "offline",
    meaning: say(
      `连不上消息服务器${since}。告警没有丢失：照常保存、显示和核实，恢复后按原来的顺序自动补发，无需重做。${waits}若持续，请告知系统管理员。`,
      `The message broker cannot be reached${since}. No alert is lost: they are stored, shown and reviewed as ever, and go out in their order once it is back; nothing has to be done again. ${waits}${waits && " "}If it lasts, tell your administrator.`,
    ),
  };
}

function waitingWords(say: Say, { waiting, oldest_at, now }: Delivery): string {
  if (!waiting) return "";
  const oldest = oldest_at ? ago(say, (Date.parse(now) - Date.parse(oldest_at)) / 1000) : null; // both by the service's clock
  return say(
    `待发 ${waiting} 条${oldest ? `，最早 ${oldest}` : ""}。`,
    `${waiting} waiting${oldest ? `, the oldest ${oldest}` : ""}.`,
  );
}

export function within(say: Say, found: { count: number; half: number | null; most: number | null }): string {
  if (found.count === 0) return say("尚无数据", "nothing yet");
  const bound = (value: number | null) => (value === null ? say("超出量程", "beyond the scale") : `≤ ${value} s`);
  return say(
    `半数 ${bound(found.half)}，95% ${bound(found.most)}（n=${found.count}）`,
    `half ${bound(found.half)}, 95% ${bound(found.most)} (n=${found.count})`,
  );
}

// A share that a network's card tells, never bare: with the ends of its interval, or that it has none, of how many cases.
export function measured(say: Say, value: number | null, ends: readonly number[] | null, count: number): string {
  if (value === null || count === 0) return say("未测", "not measured");
  const [low, high] = ends ?? [];
  return low === undefined || high === undefined
    ? say(`${value.toFixed(2)}（无区间，n=${count}）`, `${value.toFixed(2)} (no interval, n=${count})`)
    : `${value.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}
