// The clip of an alert, frame by frame where one wants to look closely.

import { type FormEvent, useEffect, useRef, useState } from "react";
import { useKeys } from "../shell/keys";
import { useSay } from "../shell/preferences";
import { evidenceName } from "../words/names";
import { frameSeconds, stepTo } from "./frames";

const KEPT_TIMES = 60;
const SPEEDS = [0.25, 0.5, 1, 2];

interface ClipProps {
  path: string;
  evidenceId: string;
  takesKeys: boolean;
}

type Failure = "refused" | "unplayable" | "unread";

// Where the service opens an unmasked clip only for a reason, the reason is asked for first. A player does not say why it
// failed: the service is asked whether it gives the file, so that nobody is asked for a reason that helps nothing.
export function Clip(props: ClipProps) {
  const say = useSay();
  const [tries, setTries] = useState(0);
  const [failure, setFailure] = useState<Failure | null>(null);
  const again = () => {
    setFailure(null);
    setTries(tries + 1);
  };
  const failed = async () => {
    const answer = await fetch(props.path, { method: "HEAD" }).catch(() => null);
    setFailure(answer?.status === 403 ? "refused" : answer?.ok ? "unplayable" : "unread");
  };
  if (failure === "refused") return <WhySee evidenceId={props.evidenceId} opened={again} />;
  if (failure === "unplayable")
    return (
      <p className="reason" id="unplayable" role="alert">
        {say(
          "浏览器无法播放此视频（可能为 H.265），请下载查看。",
          "This browser cannot play the clip (it may be H.265). Download it to look at it.",
        )}{" "}
        <a href={props.path} download="">
          {say("下载", "Download")}
        </a>
      </p>
    );
  if (failure === "unread")
    return (
      <p className="reason" role="alert">
        {say("视频暂时无法读取。", "The clip cannot be read just now.")}{" "}
        <button type="button" className="plain" onClick={again}>
          {say("重试", "Try again")}
        </button>
      </p>
    );
  return <Player key={tries} {...props} failed={() => void failed()} />;
}

function WhySee({ evidenceId, opened }: { evidenceId: string; opened: () => void }) {
  const say = useSay();
  const [fault, setFault] = useState("");
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("why") ?? "");
    const answer = await fetch(`/api/v1/evidence/${evidenceId}/access`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Requested-With": "brightkitchen" },
      body: JSON.stringify({ reason }),
    }).catch(() => null);
    if (answer?.ok) opened();
    else setFault(say("视频无法打开。", "The clip cannot be opened."));
  };
  return (
    <form className="why" onSubmit={(event) => void send(event)}>
      <label>
        {say(
          "视频未遮挡人脸。请说明查看理由（会被记录，供隐私负责人查阅）",
          "The clip shows faces. Say why you need to see it; it is written down for the privacy officer",
        )}
        <input name="why" required maxLength={1000} autoComplete="off" />
      </label>
      <button type="submit" className="plain">
        {say("打开视频", "Open the clip")}
      </button>
      <p className="fault" role="alert">
        {fault}
      </p>
    </form>
  );
}

function Player({ path, takesKeys, failed }: ClipProps & { failed: () => void }) {
  const say = useSay();
  const video = useRef<HTMLVideoElement>(null);
  const times = useRef<number[]>([]);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);

  useEffect(() => {
    const shown = video.current;
    if (!shown?.requestVideoFrameCallback) return;
    let call = 0;
    const note: VideoFrameRequestCallback = (_, frame) => {
      times.current = [...times.current.slice(1 - KEPT_TIMES), frame.mediaTime];
      setAt(frame.mediaTime);
      call = shown.requestVideoFrameCallback(note);
    };
    call = shown.requestVideoFrameCallback(note);
    return () => shown.cancelVideoFrameCallback(call);
  }, []);

  const step = (by: 1 | -1) => {
    const shown = video.current;
    if (!shown) return;
    shown.pause();
    shown.currentTime = stepTo(shown.currentTime, by, frameSeconds(times.current), shown.duration || 0);
  };
  const toggle = () => {
    const shown = video.current;
    if (!shown) return;
    if (shown.paused) void shown.play().catch(() => {});
    else shown.pause();
  };
  useKeys((key, event) => {
    if (!takesKeys) return false;
    if (key === ",") step(-1);
    else if (key === ".") step(1);
    else if (key === " " && !(event.target instanceof HTMLButtonElement)) toggle();
    else return false;
    return true;
  });

  return (
    <div className="clip">
      <video
        ref={video}
        src={path}
        controls
        muted
        playsInline
        preload="metadata"
        onError={failed}
        aria-label={evidenceName(say, "clip")}
        onLoadedMetadata={(event) => setLength(event.currentTarget.duration)}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onSeeked={(event) => setAt(event.currentTarget.currentTime)}
      />
      <div className="line controls">
        <button
          type="button"
          className="plain"
          id="frame-back"
          onClick={() => step(-1)}
          aria-label={say("上一帧", "Frame back")}
        >
          ◂ <kbd>,</kbd>
        </button>
        <button type="button" className="plain" id="play" onClick={toggle}>
          {isPlaying ? say("暂停", "Pause") : say("播放", "Play")}
        </button>
        <button
          type="button"
          className="plain"
          id="frame-on"
          onClick={() => step(1)}
          aria-label={say("下一帧", "Frame on")}
        >
          <kbd>.</kbd> ▸
        </button>
        <span id="clip-time" className="soft small">
          {at.toFixed(2)} / {length.toFixed(2)} s
        </span>
        <label className="small">
          {say("速度", "Speed")}{" "}
          <select
            value={speed}
            onChange={(event) => {
              const wanted = Number(event.target.value);
              setSpeed(wanted);
              if (video.current) video.current.playbackRate = wanted;
            }}
          >
            {SPEEDS.map((one) => (
              <option key={one} value={one}>
                {one}×
              </option>
            ))}
          </select>
        </label>
      </div>
      <p className="soft small">
        {say(
          "片段未遮挡人脸；识别框只画在截图上。",
          "Faces are not masked in the clip; boxes are drawn on the still only.",
        )}
      </p>
    </div>
  );
}
