// All cameras by site: which are seen, which are not and why.

import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import type { CameraView, Me, SiteView, ToldStatus } from "../api/client";
import { isAwaited, useCameras, useEnterprises, useSites, useStatuses } from "../api/queries";
import { TableImport } from "../registry/import";
import { useSay } from "../shell/preferences";
import { Unread } from "../shell/unread";
import { causeName } from "../words/names";
import "../styles/cameras.css";
import "../styles/people.css";
import { conditionBadge, isTroubled, statusAmong } from "./condition";
import { PauseSwitch } from "./pause";
import { Picture } from "./picture";

export default function Cameras({ me }: { me: Me }) {
  const say = useSay();
  const client = useQueryClient();
  const { data: cameras, error } = useCameras();
  const told = useStatuses();
  const statuses = told.data;
  const places = useSites();
  const sites = places.data ?? [];
  const { data: enterprises = [] } = useEnterprises();
  const [text, setText] = useState("");
  const [isImporting, setImporting] = useState(false);
  const [onlyTroubled, setOnlyTroubled] = useState(false);
  const firms = useMemo(() => new Map(enterprises.map((one) => [one.enterprise_id, one.name])), [enterprises]);
  const may = (permission: Me["permissions"][number]) => me.permissions.includes(permission);
  if (error && !cameras) return <p role="alert">{error.message}</p>;
  if (!cameras) return <p className="loading soft">{say("正在载入…", "Loading…")}</p>;
  const statusOf = (camera: CameraView) => statusAmong(statuses, told.isAwaited, camera.camera_id);
  const wanted = cameras.filter(
    (camera) =>
      (!onlyTroubled || isTroubled(statusOf(camera))) && camera.name.toLowerCase().includes(text.trim().toLowerCase()),
  );
  const withPicture = statuses?.filter((one) => one.has_fresh_picture && one.condition !== "tampered").length ?? 0;
  return (
    <div className="cameras-page">
      <div className="heading">
        <h1>{say("摄像机", "Cameras")}</h1>
        <span className="soft" id="camera-summary">
          {statuses
            ? say(`${withPicture} / ${statuses.length} 有画面`, `${withPicture} of ${statuses.length} with a picture`)
            : say("是否有画面：未知", "With a picture: not known")}
        </span>
        <span className="push">
          <a className="button" href="/api/v1/cameras/export.csv" download="cameras.csv">
            {say("导出表格", "Export")}
          </a>
          {may("manage_cameras") && (
            <button type="button" className="button" id="import-begin" onClick={() => setImporting(true)}>
              {say("批量导入", "Import")}
            </button>
          )}
          {may("manage_cameras") && sites.length > 0 && (
            <Link className="button main" id="add-camera" to="/cameras/new">
              {say("添加摄像机", "Add a camera")}
            </Link>
          )}
        </span>
      </div>
      {isImporting && (
        <TableImport
          path="/api/v1/cameras/import"
          heads={say(
            "CSV 表格（UTF-8 或 GB18030），第一行为列名：场所、名称、地址；可选：外部编号、传输、每秒分析帧数、启用、代码、子码流地址。",
            "A CSV table (UTF-8 or GB18030) with heads site, name, location; optional: external_id, transport, analysed_fps, is_enabled, codes, analysis_location.",
          )}
          stored={() => void client.invalidateQueries({ queryKey: ["cameras"] })}
          close={() => setImporting(false)}
        />
      )}
      <div className="line narrow">
        <input
          type="search"
          aria-label={say("按名称查找", "Find by name")}
          placeholder={say("按名称查找", "Find by name")}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <label className="check">
          <input type="checkbox" checked={onlyTroubled} onChange={(event) => setOnlyTroubled(event.target.checked)} />
          {say("仅看无画面或异常的", "Only those without a picture or in trouble")}
        </label>
      </div>
      <Unread of={[told, places]} />
      {cameras.length === 0 && places.data && (
        <Empty hasSites={sites.length > 0} mayAdd={may("manage_cameras")} mayRegister={may("manage_registry")} />
      )}
      {!isAwaited(places) &&
        bySite(sites, wanted).map(({ site, own }) => (
          <section key={site?.site_id ?? ""}>
            <h2>
              {site ? site.name : say("场所名称未知", "Site not known")}{" "}
              <span className="soft firm">{site && firms.get(site.enterprise_id)}</span>
            </h2>
            <div className="cameras">
              {own.map((camera) => (
                <Card key={camera.camera_id} camera={camera} status={statusOf(camera)} me={me} />
              ))}
            </div>
          </section>
        ))}
    </div>
  );
}

// Those of no known site come last: none is left out because the names of sites could not be read.
function bySite(sites: readonly SiteView[], cameras: readonly CameraView[]) {
  const known = new Set(sites.map((site) => site.site_id));
  return [
    ...sites.map((site) => ({ site, own: cameras.filter((camera) => camera.site_id === site.site_id) })),
    { site: null, own: cameras.filter((camera) => !known.has(camera.site_id)) },
  ].filter(({ own }) => own.length > 0);
}

function Card({ camera, status, me }: { camera: CameraView; status: ToldStatus; me: Me }) {
  const say = useSay();
  const badge = conditionBadge(say, camera, status);
  const size = status?.properties && `${status.properties.width_px}×${status.properties.height_px}`;
  const rate = say(`每秒分析 ${camera.analysed_fps} 帧`, `${camera.analysed_fps} frames/s analysed`);
  return (
    <article className="card camera" data-camera={camera.camera_id}>
      <Picture camera={camera} status={status} mayLook={me.permissions.includes("see_unmasked")} />
      <div className="line">
        <h3>
          <Link to={`/cameras/${camera.camera_id}`}>{camera.name}</Link>
        </h3>
        <span className={`badge ${badge.style}`}>{badge.words}</span>
      </div>
      <p className="soft small">
        {[status?.cause && status.cause !== "paused" && causeName(say, status.cause), size, rate]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <div className="line small">
        <Link to={{ pathname: "/alerts", search: `camera=${camera.camera_id}` }}>{say("告警", "Alerts")}</Link>
        {me.permissions.includes("manage_cameras") && !camera.node_id && (
          <PauseSwitch camera={camera} status={status} />
        )}
      </div>
    </article>
  );
}

function Empty({ hasSites, mayAdd, mayRegister }: { hasSites: boolean; mayAdd: boolean; mayRegister: boolean }) {
  const say = useSay();
  return (
    <div className="card pad empty">
      {hasSites ? (
        <>
          <p>{say("这里还没有摄像机。", "There is no camera here yet.")}</p>
          {mayAdd && <Link to="/cameras/new">{say("添加第一台摄像机", "Add the first camera")}</Link>}
        </>
      ) : mayRegister ? (
        <>
          <p>
            {say(
              "还没有场所。先登记企业与场所，再接入摄像机。",
              "There is no site yet. Add an enterprise and a site first, then cameras.",
            )}
          </p>
          <Link id="to-registry" to="/registry">
            {say("登记企业与场所", "Add enterprises and sites")}
          </Link>
        </>
      ) : (
        <p>
          {say(
            "没有您可以查看的场所。请由管理员先登记企业与场所。",
            "There is no site that you may see. An administrator adds enterprises and sites first.",
          )}
        </p>
      )}
    </div>
  );
}
