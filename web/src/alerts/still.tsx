// The still of an alert, with boxes drawn over it only when somebody wants them: the stored picture is clean.

import { useQuery } from "@tanstack/react-query";
import type { Box, Evidence } from "../api/client";
import { useSay } from "../shell/preferences";
import { labelName } from "../words/names";

interface BoxFile {
  sightings: Box[];
  detections: Box[];
}

interface StillProps {
  still: Evidence;
  boxes: Evidence | undefined;
  sightings: Box[];
  isOn: boolean;
  turn: () => void;
}

export function Still({ still, boxes, sightings, isOn, turn }: StillProps) {
  const say = useSay();
  const { data } = useQuery({
    queryKey: ["boxes", boxes?.evidence_id],
    enabled: isOn && boxes?.state === "stored",
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await (await fetch(boxes?.path ?? "")).json()) as BoxFile,
  });
  const file = data ?? { sightings, detections: [] };
  return (
    <figure>
      <div className="still">
        <img src={still.path} alt={say("报警时刻的截图", "The picture at the time of the alert")} />
        {isOn && others(file).map((box) => <Frame key={keyOf(box)} box={box} kind="other" />)}
        {isOn && file.sightings.map((box) => <Frame key={keyOf(box)} box={box} kind="meant" />)}
      </div>
      <figcaption>
        <button type="button" className="plain" id="boxes" aria-pressed={isOn} onClick={turn}>
          {isOn ? say("隐藏识别框", "Hide boxes") : say("显示识别框", "Show boxes")} <kbd>B</kbd>
        </button>
        <span className="soft small">{say("人脸已在保存前遮挡", "Faces were masked before it was stored")}</span>
      </figcaption>
    </figure>
  );
}

const keyOf = (box: Box) => `${box.label} ${box.left} ${box.top} ${box.right} ${box.bottom}`;

// What was seen beside what raised the alert.
function others(file: BoxFile): Box[] {
  const meant = new Set(file.sightings.map(keyOf));
  return (file.detections ?? []).filter((box) => !meant.has(keyOf(box)));
}

function Frame({ box, kind }: { box: Box; kind: "meant" | "other" }) {
  const say = useSay();
  const percent = (fraction: number) => `${fraction * 100}%`;
  return (
    <div
      className={`box ${kind}`}
      style={{
        left: percent(box.left),
        top: percent(box.top),
        width: percent(box.right - box.left),
        height: percent(box.bottom - box.top),
      }}
    >
      <span>
        {labelName(say, box.label)} {Math.round(box.confidence * 100)}%
      </span>
    </div>
  );
}
