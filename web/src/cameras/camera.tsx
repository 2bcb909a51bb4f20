// One camera: how it is, its picture with its zones, and what an operator changes about it.

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { api, type Me, Problem, taken } from "../api/client";
import { isAwaited, useSites, useStatuses } from "../api/queries";
import { useSay } from "../shell/preferences";
import { Unread } from "../shell/unread";
import { causeName } from "../words/names";
import { clockTime } from "../words/say";
import "../styles/cameras.css";
import { conditionBadge, statusAmong } from "./condition";
import { CopyZones } from "./copy";
import { PauseSwitch } from "./pause";
import { isToBeLookedAt, PlaceCheck } from "./place";
import { readZones } from "./store-zones";
import { ZoneEditor } from "./zone-editor";
import { AsleepNote } from "./zone-hours";

export default function OneCamera({ me }: { me: Me }) {
  const say = useSay();
  const { cameraId = "" } = useParams();
  const {
    data: camera,
    error,
    refetch,
  } = useQuery({
    queryKey: ["cameras", cameraId],
    queryFn: () => taken(api.GET("/api/v1/cameras/{camera_id}", { params: { path: { camera_id: cameraId } } })),
  });
  const drawn = useQuery({
    queryKey: ["zones", cameraId],
    queryFn: () => readZones(cameraId),
    refetchInterval: 60_000, // a zone may fall asleep
  });
  const zones = drawn.data;
  const told = useStatuses();
  const { data: sites = [] } = useSites();
  if (error && !camera)
    return (
      <p className="card empty" role="alert">
        {error instanceof Problem && error.status === 404
          ? say("没有这台摄像机。", "There is no such camera.")
          : error.message}
      </p>
    );
  // At once or not at all: how large its picture is stands in its status, and all that is below it moves with that.
  if (!camera || isAwaited(drawn) || told.isAwaited)
    return <p className="loading soft">{say("正在载入…", "Loading…")}</p>;
  const status = statusAmong(told.data, told.isAwaited, cameraId);
  const badge = conditionBadge(say, camera, status);
  const mayChange = me.permissions.includes("manage_cameras") && !camera.node_id;
  const facts: [string, string][] = [
    [say("场所", "Site"), sites.find((site) => site.site_id === camera.site_id)?.name ?? "—"],
    [say("地址", "Address"), camera.source.location],
    [say("原因", "Cause"), status?.cause ? causeName(say, status.cause) : "—"],
    [say("自", "Since"), clockTime(say, status?.since)],
    [say("每秒分析帧数", "Frames/s analysed"), `${status?.analysed_fps ?? "—"} / ${camera.analysed_fps}`],
    [say("丢弃的帧", "Frames dropped"), String(status?.frames_dropped ?? "—")],
    [say("重新连接", "Reconnects"), String(status?.reconnects ?? "—")],
  ];
  return (
    <div className="one-camera">
      <Link className="quiet back" to="/cameras">
        {say("← 全部摄像机", "← All cameras")}
      </Link>
      <div className="heading">
        <h1>{camera.name}</h1>
        <span className={`badge ${badge.style}`}>{badge.words}</span>
        {status?.cause && status.cause !== status.condition && (
          <span className="soft">{causeName(say, status.cause)}</span>
        )}
        <span className="push">
          <Link className="button" to={{ pathname: "/alerts", search: `camera=${cameraId}` }}>
            {say("告警", "Alerts")}
          </Link>
          <Link className="button" id="to-teach" to={`/cameras/${cameraId}/teach`}>
            {say("示教", "Teach a state")}
          </Link>
          {mayChange && <PauseSwitch camera={camera} status={status} />}
        </span>
      </div>
      {isToBeLookedAt(camera) && !camera.node_id && (
        <section className="card pad" id="place">
          <PlaceCheck camera={camera} me={me} judged={() => void refetch()} />
        </section>
      )}
      <section className="card pad">
        <Unread of={[told, drawn]} />
        {zones && <AsleepNote zones={zones} />}
        {zones && (
          <ZoneEditor
            camera={camera}
            status={status}
            zones={zones}
            mayChange={mayChange}
            mayLook={me.permissions.includes("see_unmasked")}
          />
        )}
        {zones && zones.length > 0 && mayChange && <CopyZones key={cameraId} camera={camera} zones={zones} />}
      </section>
      <section className="card pad">
        <h2>{say("状态", "State")}</h2>
        <dl className="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}
