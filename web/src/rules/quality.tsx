// How right findings were by people's verdicts, per code and camera. No figure without what stands behind it.

import { useState } from "react";
import { useCameras, useCodes } from "../api/queries";
import { WideTable } from "../portrait/wide-table";
import { serviceNow } from "../shell/clock";
import { useSay } from "../shell/preferences";
import { nameOf } from "../words/names";
import { Agreement } from "./agreement";
import { daysBefore, falseAlarms, shareWords } from "./figures";
import { usePrecision } from "./queries";

const SPANS = [7, 30, 90, 365] as const;

export function Quality({ maySeeAgreement }: { maySeeAgreement: boolean }) {
  const say = useSay();
  const [span, setSpan] = useState<number>(90);
  const [by, setBy] = useState<"code" | "camera">("camera");
  const now = new Date(serviceNow());
  const [from, to] = [daysBefore(now, span), daysBefore(now, -1)];
  const { data, error } = usePrecision(from, to, by);
  const { data: codes = [] } = useCodes();
  const { data: cameras = [] } = useCameras();
  const names = new Map(codes.map((code) => [code.code, nameOf(say, code)]));
  const places = new Map(cameras.map((camera) => [camera.camera_id, camera.name]));
  return (
    <div className="quality">
      <section className="card pad" aria-label={say("误报统计", "False alarms")}>
        <div className="chips">
          {SPANS.map((days) => (
            <button
              key={days}
              type="button"
              className="chip"
              aria-pressed={span === days}
              onClick={() => setSpan(days)}
            >
              {say(`${days} 天`, `${days} days`)}
            </button>
          ))}
          {(["camera", "code"] as const).map((one) => (
            <button key={one} type="button" className="chip" aria-pressed={by === one} onClick={() => setBy(one)}>
              {one === "camera" ? say("按代码与摄像机", "By code and camera") : say("按代码", "By code")}
            </button>
          ))}
        </div>
        <p className="soft small">
          {say(
            "只统计有人工结论（确认或排除）的告警；无法判断的另列，未核实的不计。样本少时区间宽，不宜下结论。",
            "Only alerts that a person confirmed or dismissed count; unclear ones stand apart, unreviewed ones are left out. Few cases give a wide interval.",
          )}
        </p>
        {error && <p role="alert">{error.message}</p>}
        {data?.length === 0 && (
          <p className="soft">{say("这段时间没有人工结论。", "Nobody has judged anything in this time.")}</p>
        )}
        {data && data.length > 0 && (
          <WideTable label={say("误报统计", "False alarms")}>
            <table className="plain-table" id="precision">
              <thead>
                <tr>
                  <th scope="col">{say("风险", "Risk")}</th>
                  {by === "camera" && <th scope="col">{say("摄像机", "Camera")}</th>}
                  <th scope="col">{say("精确率", "Precision")}</th>
                  <th scope="col">{say("误报率", "False alarms")}</th>
                  <th scope="col">{say("无法判断", "Unclear")}</th>
                </tr>
              </thead>
              <tbody>
                {data.map((row) => (
                  <tr key={`${row.code} ${row.camera_id}`} data-code={row.code}>
                    <td>{names.get(row.code) ?? row.code}</td>
                    {by === "camera" && <td>{places.get(row.camera_id ?? "") ?? row.camera_id}</td>}
                    <td>{shareWords(say, row.precision)}</td>
                    <td>{shareWords(say, falseAlarms(row.precision))}</td>
                    <td>{row.unclear}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </WideTable>
        )}
      </section>
      {maySeeAgreement && <Agreement from={from} to={to} />}
    </div>
  );
}
