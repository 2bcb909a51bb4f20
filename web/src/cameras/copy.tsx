// Zones of this camera, copied to others of the enterprise. Pictures differ: each has to be looked at afterwards.

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, type CameraView, Problem, taken, type ZoneView } from "../api/client";
import { useCameras, useSites } from "../api/queries";
import { useSay } from "../shell/preferences";
import { zoneTypeName } from "../words/names";
import { hides, lacking, takers } from "./copying";
import { zoneHoursText } from "./hours";
import { bodyOf, readZones } from "./store-zones";

interface Outcome {
  cameras: CameraView[];
  added: ZoneView[];
  faults: string[];
}

export function CopyZones({ camera, zones }: { camera: CameraView; zones: readonly ZoneView[] }) {
  const say = useSay();
  const client = useQueryClient();
  const { data: cameras = [] } = useCameras();
  const { data: sites = [] } = useSites();
  const [isOpen, setOpen] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [told, setTold] = useState("");
  const offered = takers(camera, cameras, sites);
  const copied = zones.filter((zone) => !left.has(zone.zone_id));
  const targets = offered.filter((one) => chosen.has(one.camera_id));
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setTold("");
    await work();
    await client.invalidateQueries({ queryKey: ["zones"] });
    setBusy(false);
  };
  const copy = () =>
    run(async () => {
      const result: Outcome = { cameras: targets, added: [], faults: [] };
      for (const target of targets)
        await copyTo(target.camera_id, copied, result.added).catch((error: unknown) =>
          result.faults.push(`${target.name}: ${wordsOf(error)}`),
        );
      setOutcome(result);
    });
  const takeBack = () =>
    run(async () => {
      const kept: ZoneView[] = [];
      for (const zone of outcome?.added ?? []) if (!(await removed(zone))) kept.push(zone);
      setOutcome(null);
      setTold(
        kept.length === 0
          ? say("已撤销，复制的区域都已删除。", "Undone: what was copied is deleted.")
          : say(
              `已撤销；有 ${kept.length} 个区域此后被人修改或无法删除，仍然保留：${kept.map((zone) => zone.name).join("、")}`,
              `Undone but for ${kept.length} that were changed since or could not be deleted: ${kept.map((zone) => zone.name).join(", ")}`,
            ),
      );
    });
  const turn = (set: ReadonlySet<string>, key: string): Set<string> =>
    new Set(set.has(key) ? [...set].filter((one) => one !== key) : [...set, key]);
  if (!isOpen)
    return (
      <div className="actions copy-zones">
        <button type="button" className="plain" id="copy-zones" onClick={() => setOpen(true)}>
          {say("把区域复制到其他摄像机…", "Copy zones to other cameras…")}
        </button>
      </div>
    );
  return (
    <section className="copy-zones" aria-label={say("复制区域", "Copy zones")}>
      <h2>{say("把区域复制到其他摄像机", "Copy zones to other cameras")}</h2>
      <p className="warning" role="note">
        {say(
          "各摄像机的画面不同：区域按画面的相对位置复制，不会自动对准，且立即生效。请逐台打开核对并调整。",
          "Pictures differ: zones keep their place in the picture, fit nothing by themselves, and hold at once. Open each camera and put them right.",
        )}
        {copied.some(hides) &&
          ` ${say(
            "其中有遮挡或忽略的区域：放错位置会使那里的问题看不到。",
            "Some are masks: where they lie wrongly, what happens there is not seen.",
          )}`}
        {copied.some((zone) => zone.hours !== null) &&
          ` ${say(
            "时段一并复制，按对方场所的时区、营业时间和休息日执行。",
            "Hours are copied too, and go by the time zone, opening hours and closed days of the other site.",
          )}`}
      </p>
      <div className="columns">
        <fieldset>
          <legend>{say("已保存的区域", "Zones that are saved")}</legend>
          {zones.map((zone) => (
            <label key={zone.zone_id} className="check">
              <input
                type="checkbox"
                checked={!left.has(zone.zone_id)}
                disabled={outcome !== null}
                onChange={() => setLeft(turn(left, zone.zone_id))}
              />
              {zone.name}{" "}
              <span className="soft small">
                {zoneTypeName(say, zone.type)}
                {zone.hours && ` · ${zoneHoursText(say, zone.hours)}`}
              </span>
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>{say("同一企业的摄像机", "Cameras of the same enterprise")}</legend>
          {offered.length === 0 && <p className="soft">{say("没有其他摄像机。", "There is no other camera.")}</p>}
          {offered.map((one) => (
            <label key={one.camera_id} className="check">
              <input
                type="checkbox"
                name="target"
                value={one.camera_id}
                checked={chosen.has(one.camera_id)}
                disabled={outcome !== null}
                onChange={() => setChosen(turn(chosen, one.camera_id))}
              />
              {one.name} <span className="soft small">{sites.find((site) => site.site_id === one.site_id)?.name}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <div className="actions">
        {outcome === null ? (
          <>
            <button
              type="button"
              className="plain main"
              id="copy-now"
              disabled={isBusy || copied.length === 0 || targets.length === 0}
              onClick={() => void copy()}
            >
              {say(
                `复制 ${copied.length} 个区域到 ${targets.length} 台`,
                `Copy ${copied.length} zone(s) to ${targets.length} camera(s)`,
              )}
            </button>
            <button type="button" className="plain" disabled={isBusy} onClick={() => setOpen(false)}>
              {say("关闭", "Close")}
            </button>
          </>
        ) : (
          <>
            <button
              type="button"
              className="plain"
              id="undo-copy"
              disabled={isBusy || outcome.added.length === 0}
              onClick={() => void takeBack()}
            >
              {say("撤销这次复制", "Undo this copy")}
            </button>
            <button
              type="button"
              className="plain"
              onClick={() => {
                setOutcome(null);
                setChosen(new Set());
                setOpen(false);
              }}
            >
              {say("完成", "Done")}
            </button>
          </>
        )}
      </div>
      <div role="status">
        {told}
        {outcome && (
          <>
            <p>
              {say(
                `已新增 ${outcome.added.length} 个区域（完全相同的不重复添加）。请逐台核对：`,
                `${outcome.added.length} zone(s) were added (what was there already is not added twice). Look at each:`,
              )}{" "}
              {outcome.cameras.map((one) => (
                <Link key={one.camera_id} className="copied" to={`/cameras/${one.camera_id}`}>
                  {one.name}
                </Link>
              ))}
            </p>
            {outcome.faults.map((fault) => (
              <p key={fault} className="fault">
                {fault}
              </p>
            ))}
          </>
        )}
      </div>
    </section>
  );
}

// What was added is noted one by one, so that it can be taken back where a later one fails.
async function copyTo(cameraId: string, zones: readonly ZoneView[], added: ZoneView[]): Promise<void> {
  for (const zone of lacking(zones, await readZones(cameraId))) {
    const params = { path: { camera_id: cameraId } };
    added.push(await taken(api.POST("/api/v1/cameras/{camera_id}/zones", { params, body: bodyOf(zone) })));
  }
}

// False where somebody has changed it since. One that is gone already is as good as removed.
async function removed(zone: ZoneView): Promise<boolean> {
  const params = { path: { zone_id: zone.zone_id }, header: { "if-match": `"${zone.version}"` } };
  try {
    await taken(api.DELETE("/api/v1/zones/{zone_id}", { params }));
    return true;
  } catch (error) {
    return error instanceof Problem && error.status === 404;
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
