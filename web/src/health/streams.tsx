// Each camera's stream by the service's own figures. Badge and age come out of one answer, so that they agree.

import { Link } from "react-router";
import { useCameras, useStatuses } from "../api/queries";
import { WideTable } from "../portrait/wide-table";
import { useSay } from "../shell/preferences";
import { causeName } from "../words/names";
import { Badge } from "./badge";
import { countsOf, dueOf, pictureAge, type StreamRow, troubledFirst } from "./figures";

export function Streams() {
  const say = useSay();
  const { data: cameras, error } = useCameras();
  const { data: statuses, isAwaited } = useStatuses();
  if (error && !cameras) return <p role="alert">{error.message}</p>;
  if (!cameras || isAwaited) return <p className="loading soft">{say("正在载入…", "Loading…")}</p>;
  const rows = troubledFirst(say, cameras, statuses ?? []);
  const well = rows.filter((row) => row.standing.tone === "good").length;
  return (
    <section className="card pad" aria-label={say("视频流", "Streams")}>
      <h2>
        {say("视频流", "Streams")}{" "}
        <span className={`badge ${well === rows.length && well > 0 ? "good" : "warn"}`} id="streams-well">
          {say(`${well} / ${rows.length} 有画面`, `${well} of ${rows.length} with a picture`)}
        </span>
      </h2>
      {rows.length === 0 ? (
        <p className="soft">
          {say("还没有摄像机。", "There is no camera yet.")} <Link to="/cameras/new">{say("添加一台", "Add one")}</Link>
        </p>
      ) : (
        <WideTable label={say("视频流列表", "Table of streams")}>
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">{say("摄像机", "Camera")}</th>
                <th scope="col">{say("状态", "State")}</th>
                <th scope="col">{say("最新画面", "Newest picture")}</th>
                <th scope="col">{say("应分析（帧/秒）", "Due, frames/s")}</th>
                <th scope="col">{say("已分析 / 丢弃", "Analysed / dropped")}</th>
                <th scope="col">{say("重连", "Reconnects")}</th>
                <th scope="col">{say("时钟差", "Clock offset")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Stream key={row.camera.camera_id} row={row} />
              ))}
            </tbody>
          </table>
        </WideTable>
      )}
    </section>
  );
}

function Stream({ row }: { row: StreamRow }) {
  const say = useSay();
  const { camera, status, standing } = row;
  const isOwn = status && !camera.node_id;
  return (
    <tr data-stream={camera.camera_id}>
      <td>
        <Link to={`/cameras/${camera.camera_id}`}>{camera.name}</Link>
      </td>
      <td>
        <Badge {...standing} /> {status?.cause && status.cause !== status.condition && causeName(say, status.cause)}
      </td>
      <td data-age>{pictureAge(say, row)}</td>
      <td data-due>
        {dueOf(say, row)} {status?.is_slowed && <Badge tone="warn" words={say("已降速", "Slowed")} />}
        {status?.is_idle && <span className="soft">{say("静止，仅看关键帧", "idle: keyframes only")}</span>}
      </td>
      <td>{countsOf(row)}</td>
      <td>{isOwn ? status.reconnects : "—"}</td>
      <td>
        {typeof status?.clock_offset_seconds === "number"
          ? `${status.clock_offset_seconds.toFixed(1)} s`
          : say("未知", "not known")}
      </td>
    </tr>
  );
}
