// The newest picture of a camera, or plainly none. Large, hatched and in words: it cannot be taken for a quiet kitchen.

import { type CSSProperties, type ReactNode, useEffect, useRef, useState } from "react";
import type { CameraStatus, CameraView, ToldStatus } from "../api/client";
import { grown } from "../shell/clock";
import { useSay } from "../shell/preferences";
import { useTick } from "../shell/tick";
import { conditionName, unknownPlace } from "../words/names";
import { ago, clockTime, type Say } from "../words/say";

const STILL_MS = 3_000;
const SILENT_MS = 12_000; // without any answer; four were awaited
const FRESH_SECONDS = STILL_MS / 1000 + 1.5; // the next one comes when this one has been there for that long

interface PictureProps {
  camera: CameraView;
  status: ToldStatus;
  mayLook: boolean;
  children?: ReactNode; // drawn over the picture
  seen?: (isThere: boolean) => void;
}

export function Picture({ camera, status, mayLook, children, seen }: PictureProps) {
  const say = useSay();
  useTick(5_000);
  const isElsewhere = Boolean(camera.node_id) && status?.condition === "online";
  if (status === undefined) return <Nothing title={say("正在连接…", "Connecting…")} kind="private" />;
  if (status === null)
    return <Nothing title={say("没有消息，无画面", "No word, no picture")} warning={unknownPlace(say)} />;
  if (status.condition === "paused")
    return (
      <Nothing
        kind="paused"
        title={say("已暂停，无画面，未作判断", "Paused, no picture, not judged")}
        lines={[
          status.pause &&
            say(
              `${status.pause.by} 于 ${clockTime(say, status.pause.at)} 暂停`,
              `by ${status.pause.by}, ${clockTime(say, status.pause.at)}`,
            ),
          status.pause?.reason,
        ]}
        warning={unknownPlace(say)}
      />
    );
  if (status.condition === "unconfirmed" || status.condition === "forbidden")
    return (
      <Nothing
        kind="paused"
        title={conditionName(say, status.condition)}
        lines={[say("不分析、不保存任何画面", "Nothing is analysed or kept")]}
        warning={unknownPlace(say)}
      />
    );
  if (isElsewhere)
    return (
      <Nothing
        kind="private"
        title={say(
          `由边缘节点 ${camera.node_id} 分析，画面留在该处`,
          `Watched by the node ${camera.node_id}; pictures stay there`,
        )}
      />
    );
  if (!status.has_fresh_picture)
    return (
      <Nothing title={say("无画面", "No picture")} lines={[lastPicture(say, status)]} warning={unknownPlace(say)} />
    );
  if (!mayLook)
    return (
      <Nothing
        kind="private"
        title={say("画面未遮挡人脸，您的账户无权查看", "Pictures show faces; your account may not see them")}
      />
    );
  return (
    <LiveStill camera={camera} ratio={ratioOf(status)} seen={seen}>
      {children}
    </LiveStill>
  );
}

/** How long ago a camera's last picture came, by the service's reckoning and what has passed since it said so. */
export function frameAge(status: CameraStatus): number | null {
  const { frame_age_seconds: age, heard_at_ms: heardAt } = status;
  return age === null ? null : grown(age, heardAt ?? performance.now());
}

export function lastPicture(say: Say, status: CameraStatus): string {
  const age = frameAge(status);
  if (age === null) return say("从未收到画面", "none has ever come");
  return say(`最后画面：${ago(say, age)}`, `last picture ${ago(say, age)}`);
}

// Width by height: the place that a picture will take is kept for it.
const ratioOf = ({ properties }: CameraStatus): number =>
  properties?.width_px && properties.height_px ? properties.width_px / properties.height_px : 16 / 9;

interface NothingProps {
  title: string;
  kind?: "" | "private" | "paused";
  lines?: (string | null | undefined)[];
  warning?: string;
}

export function Nothing({ title, kind = "", lines = [], warning }: NothingProps) {
  return (
    <div className={`picture none ${kind}`}>
      <strong>{title}</strong>
      {lines.filter(Boolean).map((line) => (
        <span key={line}>{line}</span>
      ))}
      {warning && <small>{warning}</small>}
    </div>
  );
}

interface Still {
  url: string;
  ageSeconds: number; // when it was answered
  heardAtMs: number;
}

function LiveStill({
  camera,
  ratio,
  children,
  seen,
}: {
  camera: CameraView;
  ratio: number;
  children?: ReactNode;
  seen?: ((isThere: boolean) => void) | undefined;
}) {
  const say = useSay();
  const room = useRef<HTMLDivElement>(null);
  const [still, setStill] = useState<Still | null>(null);
  const [isLost, setLost] = useState(false);
  useTick(1_000);
  const [ownRatio, setOwnRatio] = useState<number | null>(null);
  const told = useRef(seen);
  told.current = seen;
  useEffect(() => {
    const ending = new AbortController();
    let isVisible = true;
    let url: string | null = null;
    const watch = new IntersectionObserver(([entry]) => {
      isVisible = entry?.isIntersecting ?? true;
    });
    if (room.current) watch.observe(room.current);
    let heardAtMs = performance.now();
    const look = async () => {
      const answer = await fetch(`/api/v1/cameras/${camera.camera_id}/still.jpg`, { signal: ending.signal });
      const blob = answer.ok ? await answer.blob() : null;
      if (ending.signal.aborted) return;
      const before = url;
      url = blob && URL.createObjectURL(blob);
      heardAtMs = performance.now();
      setStill(url ? { url, heardAtMs, ageSeconds: Number(answer.headers.get("X-Frame-Age-Seconds")) } : null);
      setLost(false);
      told.current?.(url !== null);
      if (before) URL.revokeObjectURL(before);
    };
    // No answer is no picture: the last one must not stand there as if it were of now.
    const missed = () => {
      if (ending.signal.aborted || performance.now() - heardAtMs < SILENT_MS) return;
      setStill(null);
      setLost(true);
      told.current?.(false);
    };
    const repeat = async () => {
      while (!ending.signal.aborted) {
        if (isVisible && !document.hidden) await look().catch(missed);
        await new Promise((done) => setTimeout(done, STILL_MS));
      }
    };
    void repeat();
    return () => {
      ending.abort();
      watch.disconnect();
      if (url) URL.revokeObjectURL(url);
    };
  }, [camera.camera_id]);
  const age = still && grown(still.ageSeconds, still.heardAtMs);
  return (
    <div
      className={`picture live${still ? "" : " waiting"}`}
      ref={room}
      style={{ "--ratio": (ownRatio ?? ratio).toFixed(4) } as CSSProperties}
    >
      {still && (
        <img
          src={still.url}
          alt={camera.name}
          onLoad={({ currentTarget: one }) => setOwnRatio(one.naturalWidth / one.naturalHeight)}
        />
      )}
      {age !== null && <span className="age">{age < FRESH_SECONDS ? say("当前画面", "now") : ago(say, age)}</span>}
      {isLost && (
        <Nothing
          title={say("与服务的连接中断，无画面", "No connection to the service, no picture")}
          warning={unknownPlace(say)}
        />
      )}
      {still && children}
    </div>
  );
}
