// One camera on the wall. In words, and with the last picture taken away, where there is none: it must not be read as a
// quiet kitchen.

import { useEffect, useRef, useState } from "react";
import type { CameraView } from "../api/client";
import { grown } from "../shell/clock";
import { useSay } from "../shell/preferences";
import { useTick } from "../shell/tick";
import { causeName, conditionName, unknownPlace } from "../words/names";
import { ago, clockTime, type Say } from "../words/say";
import { drawLook, type Look, placesOf, restingPlaces, type WallZone } from "./drawing";
import { playByWhep } from "./whep";

const OLD_SECONDS = 2; // younger pictures are of now: the clock beside them says enough

export interface TileState {
  camera_id: string;
  condition: string;
  cause: string | null;
  since: string | null;
  has_picture: boolean;
  last_picture_age_seconds: number | null; // when it was said
  heard_at_ms: number;
  pause: { by: string; at: string; reason: string } | null;
}

export interface TileNews {
  zones: readonly WallZone[];
  state: TileState | null;
  look: Look | null;
  isLost: boolean;
}

interface TileProps {
  camera: CameraView;
  news: TileNews | undefined;
  boxes: boolean;
  zones: boolean;
  whepUrl: string | null;
  enlarge: () => void;
}

export function Tile({ camera, news, boxes, zones, whepUrl, enlarge }: TileProps) {
  const say = useSay();
  useTick(1_000);
  const canvas = useRef<HTMLCanvasElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [image, setImage] = useState<{ of: Look; element: HTMLImageElement } | null>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [size, setSize] = useState(0);
  const look = news?.look ?? null;

  useEffect(() => {
    if (look?.jpeg === null || look?.jpeg === undefined) {
      setImage(null);
      return;
    }
    let isWanted = true;
    const element = new Image();
    element.onload = () => isWanted && setImage({ of: look, element });
    element.src = `data:image/jpeg;base64,${look.jpeg}`;
    return () => {
      isWanted = false; // a newer one, or none, has taken its place
    };
  }, [look]);
  useEffect(() => {
    if (!canvas.current) return;
    const sizes = new ResizeObserver(() => setSize((before) => before + 1));
    sizes.observe(canvas.current);
    return () => sizes.disconnect();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new size asks for a new drawing
  useEffect(() => {
    if (!canvas.current) return;
    const isBare = look?.jpeg === null;
    const picture = isBare ? null : image;
    if (look === null || (!isBare && picture === null))
      canvas.current.width = canvas.current.clientWidth; // empties it
    else
      drawLook(
        canvas.current,
        isPlaying ? null : (picture?.element ?? null),
        picture?.of ?? look,
        news?.zones ?? [],
        { boxes, zones },
        say,
      );
  }, [look, image, news?.zones, boxes, zones, say, isPlaying, size]);
  useEffect(() => {
    if (!whepUrl || !video.current) return;
    return playByWhep(
      video.current,
      whepUrl.replaceAll("{camera_id}", encodeURIComponent(camera.camera_id)),
      setPlaying,
    );
  }, [whepUrl, camera.camera_id]);

  const age = look && grown(look.age_seconds, look.heard_at_ms);
  const badge = badgeOf(say, news);
  const words = wordsOf(say, news, image !== null);
  const resting = restingPlaces(news?.zones ?? []).map((zone) => zone.name);
  const unseen =
    resting.length === 0 ? "" : say(`此刻不看：${resting.join("、")}`, `Not looked at now: ${resting.join(", ")}`);
  return (
    <article
      className="tile"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows move between tiles, Enter enlarges one
      tabIndex={0}
      data-camera={camera.camera_id}
      data-boxes={look && boxes ? look.boxes.length : undefined}
      aria-label={[`${camera.name}：${badge.words}`, unseen].filter(Boolean).join("；")}
      onDoubleClick={enlarge}
    >
      {whepUrl && <video ref={video} muted autoPlay playsInline hidden={!isPlaying} />}
      <canvas ref={canvas} />
      {words && (
        <div className={`words ${words.kind}`}>
          <strong>{words.title}</strong>
          {words.lines.filter(Boolean).map((line) => (
            <span key={line}>{line}</span>
          ))}
          {words.kind !== "private" && <small>{unknownPlace(say)}</small>}
        </div>
      )}
      {unseen && !words && (
        <p className="unseen">
          {unseen} <small>{unknownPlace(say)}</small>
        </p>
      )}
      <div className="top-line">
        <b>{camera.name}</b>
        {look && age !== null && (
          <span className="age">
            {clockTime(say, look.captured_at)}
            {age >= OLD_SECONDS && ` · ${ago(say, age)}`}
          </span>
        )}
        <span className={`badge ${badge.style}`}>{badge.words}</span>
      </div>
    </article>
  );
}

function badgeOf(say: Say, news: TileNews | undefined): { style: string; words: string } {
  if (news?.isLost) return { style: "offline", words: say("连接中断", "Connection lost") };
  const state = news?.state;
  if (!state) return { style: "", words: say("正在连接…", "Connecting…") };
  const places = placesOf(news.zones);
  if (state.condition === "online" && state.has_picture && places.length > 0 && places.every((one) => one.is_asleep))
    return { style: "", words: say("在线 · 此刻不看", "Online · not looked at") };
  if (state.condition === "online")
    return state.has_picture
      ? { style: "good", words: conditionName(say, "online") }
      : { style: "offline", words: say("在线 · 无画面", "Online · no picture") };
  const cause = state.has_picture && state.cause ? ` · ${causeName(say, state.cause)}` : "";
  return { style: state.condition, words: conditionName(say, state.condition) + cause };
}

interface Words {
  title: string;
  kind: "" | "private" | "paused";
  lines: (string | null | undefined)[];
}

function wordsOf(say: Say, news: TileNews | undefined, hasImage: boolean): Words | null {
  if (news?.isLost)
    return { title: say("与服务的连接中断，无画面", "No connection to the service, no picture"), kind: "", lines: [] };
  if (news?.look?.jpeg === null)
    return {
      title: say("画面未遮挡人脸，您的账户无权查看", "Pictures show faces; your account may not see them"),
      kind: "private",
      lines: [],
    };
  if (hasImage) return null;
  const state = news?.state;
  if (!state || state.has_picture) return { title: say("正在连接…", "Connecting…"), kind: "", lines: [] };
  if (state.condition === "paused")
    return {
      title: say("已暂停，无画面，未作判断", "Paused, no picture, not judged"),
      kind: "paused",
      lines: [
        state.pause &&
          say(
            `${state.pause.by} 于 ${clockTime(say, state.pause.at)} 暂停`,
            `by ${state.pause.by}, ${clockTime(say, state.pause.at)}`,
          ),
        state.pause?.reason,
      ],
    };
  const told = state.last_picture_age_seconds;
  const silence = told === null ? null : grown(told, state.heard_at_ms);
  return {
    title: say("无画面", "No picture"),
    kind: "",
    lines: [
      state.cause && causeName(say, state.cause),
      state.since && say(`自 ${clockTime(say, state.since)} 起`, `since ${clockTime(say, state.since)}`),
      silence === null ? null : say(`最后画面：${ago(say, silence)}`, `last picture ${ago(say, silence)}`),
    ],
  };
}
