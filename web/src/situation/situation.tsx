// The situation: what waits for a person, what cannot be seen, and how it goes.

import { Suspense, useMemo } from "react";
import { Link } from "react-router";
import { NO_FILTER, placeOf, queryOf, TO_REVIEW } from "../alerts/list";
import type { CameraView, SituationView } from "../api/client";
import { isAwaited, useCameras, useCodes, useSites, useStatuses } from "../api/queries";
import { lastPicture } from "../cameras/picture";
import { ClassBadge } from "../shell/badges";
import { secondsSince, serviceNow } from "../shell/clock";
import { late } from "../shell/late";
import { useInOrder } from "../shell/order";
import { useSay } from "../shell/preferences";
import { Unread } from "../shell/unread";
import { causeName, className, conditionName, nameOf, shortLead, unknownPlace } from "../words/names";
import { duration } from "../words/say";
import "../styles/situation.css";
import { byCode, CLASSES, lastDays, mostUrgent } from "./figures";
import { SHOWN as OVERDUE, Overdue } from "./overdue";
import { MOST_ROWS, useDues, useFreshFigures, useSituation, useWaiting } from "./queries";
import { RegionReport } from "./region-report";
import { Regions, useRegionsAreThere } from "./regions";

const Trend = late(() => import("../chart/trend"));
export const DAYS = 14;
const URGENT = 8;

export default function Situation() {
  const say = useSay();
  useFreshFigures();
  const figures = useSituation(DAYS + 1); // with tomorrow, where some sites may be already
  const waiting = useWaiting();
  const rows = waiting.data?.rows ?? [];
  const sights = [useStatuses().isAwaited, useCameras().isPending, useSites().isPending];
  const shown = useInOrder([
    !waiting.isPending,
    !sights.includes(true),
    useRegionsAreThere(),
    !useDues([], true, OVERDUE).isPending,
    ![figures.isPending, useCodes().isPending].includes(true),
    true,
  ]);
  return (
    <div className="situation">
      <div className="heading">
        <h1>{say("态势", "Situation")}</h1>
        <span className="soft">{shortLead(say)}</span>
        {figures.error && <span role="alert">{figures.error.message}</span>}
        <Link className="push button" to="/screen" id="to-screen">
          {say("大屏", "Big screen")}
        </Link>
      </div>
      <Waiting figures={figures.data} />
      <div className="columns">
        <section className="card pad" aria-label={say("最先处理", "First to look at")}>
          <h2>{say("最先处理", "First to look at")}</h2>
          <p className="soft small">
            {say(
              "按类别与等待时间排序；期限见各条告警。",
              "By class and waiting time; what is due by when stands with each alert.",
            )}
            {waiting.data &&
              !waiting.data.isAll &&
              say(`仅最新的 ${MOST_ROWS} 条。`, ` Of the newest ${MOST_ROWS} only.`)}
          </p>
          <ol className="bare urgent">
            {mostUrgent(rows, URGENT).map((row) => (
              <li key={row.alert_id}>
                <Link to={`/alerts/${row.alert_id}`} className={`class-${row.class}`}>
                  <span className="line">
                    <strong>{nameOf(say, row)}</strong>
                    <ClassBadge name={row.class} />
                  </span>
                  <span className="soft small">
                    {placeOf(row)} ·{" "}
                    {say(
                      `已等待 ${duration(say, secondsSince(row.raised_at))}`,
                      `waiting for ${duration(say, secondsSince(row.raised_at))}`,
                    )}
                  </span>
                </Link>
              </li>
            ))}
          </ol>
          <Unread of={waiting} />
          {isAwaited(waiting) && <p className="soft waits">{say("正在载入…", "Loading…")}</p>}
          {waiting.isSuccess && rows.length === 0 && (
            <p className="soft">
              {say("没有待核实的线索。没有告警不代表没有问题。", "Nothing waits. No alert does not mean no problem.")}
            </p>
          )}
        </section>
        <div hidden={shown < 2}>
          <Sights figures={figures.data} />
        </div>
      </div>
      <div className="columns" hidden={shown < 3}>
        <Regions />
        <div hidden={shown < 4}>
          <Overdue />
        </div>
      </div>
      {figures.data && shown >= 5 && <History figures={figures.data} />}
      <div hidden={shown < 6}>
        <RegionReport region="" />
      </div>
    </div>
  );
}

function Waiting({ figures }: { figures: SituationView | undefined }) {
  const say = useSay();
  return (
    <section className="tiles" aria-label={say("待核实", "To review")}>
      {CLASSES.map((name) => (
        <Link
          key={name}
          className={`tile card class-${name}`}
          data-class={name}
          to={{ pathname: "/alerts", search: queryOf({ ...NO_FILTER, states: TO_REVIEW, classes: [name] }).toString() }}
        >
          <span>{className(say, name)}</span>
          <strong>{figures ? figures.to_review[name] : "…"}</strong>
          <span className="soft small">{say("待核实", "to review")}</span>
        </Link>
      ))}
    </section>
  );
}

// Cameras without a picture come first and by name: what nobody sees must not look like quiet.
function Sights({ figures }: { figures: SituationView | undefined }) {
  const say = useSay();
  const told = useStatuses();
  const { data: cameras = [] } = useCameras();
  const { data: sites = [] } = useSites();
  const names = useMemo(() => new Map(cameras.map((one): [string, CameraView] => [one.camera_id, one])), [cameras]);
  const siteNames = useMemo(() => new Map(sites.map((one) => [one.site_id, one.name])), [sites]);
  if (told.isAwaited)
    return (
      <section className="card pad" aria-busy="true">
        <h2>{say("摄像机", "Cameras")}</h2>
      </section>
    );
  const sight = figures?.cameras; // as the big screen has it
  const statuses = told.data ?? [];
  const troubled = statuses
    .filter((one) => one.condition !== "online" || !one.has_fresh_picture)
    .sort((one, other) => Number(one.condition === "paused") - Number(other.condition === "paused"));
  return (
    <section className="card pad" aria-label={say("摄像机", "Cameras")}>
      <h2>{say("摄像机", "Cameras")}</h2>
      <Unread of={told} />
      <div className="sight">
        <span className="good" data-sight="seen">
          <strong>{sight?.seen ?? "…"}</strong> {say("有画面", "with a picture")}
        </span>
        <span className={sight?.unsure ? "warn" : ""} data-sight="unsure">
          <strong>{sight?.unsure ?? "…"}</strong> {say("画面不可靠", "not reliable")}
        </span>
        <span className={sight?.blind ? "bad" : ""} data-sight="blind">
          <strong>{sight?.blind ?? "…"}</strong> {say("无画面", "no picture")}
        </span>
        <span data-sight="paused">
          <strong>{sight?.paused ?? "…"}</strong> {say("已暂停", "paused")}
        </span>
      </div>
      {troubled.length > 0 && <p className="soft small">{unknownPlace(say)}</p>}
      <ul className="bare troubled">
        {troubled.slice(0, 12).map((one) => {
          const camera = names.get(one.camera_id);
          return (
            <li key={one.camera_id}>
              <Link to={`/cameras/${one.camera_id}`}>{camera?.name ?? one.camera_id}</Link>
              <span className="soft small">{siteNames.get(camera?.site_id ?? "")}</span>
              <span className={`badge ${one.condition}`}>
                {one.condition === "online" ? say("无画面", "No picture") : conditionName(say, one.condition)}
              </span>
              <span className="soft small">
                {one.cause && one.cause !== one.condition ? causeName(say, one.cause) : ""}{" "}
                {one.has_fresh_picture && one.frame_age_seconds === null ? "" : lastPicture(say, one)}
              </span>
            </li>
          );
        })}
      </ul>
      {troubled.length > 12 && (
        <Link to="/cameras">{say(`还有 ${troubled.length - 12} 台`, `${troubled.length - 12} more`)}</Link>
      )}
      {told.data?.length === 0 && <p className="soft">{say("还没有摄像机。", "There is no camera yet.")}</p>}
    </section>
  );
}

function History({ figures }: { figures: SituationView }) {
  const say = useSay();
  const { data: codes = [] } = useCodes();
  const names = new Map(codes.map((code) => [code.code, nameOf(say, code)]));
  const counts = figures.days;
  const shown = useMemo(() => lastDays(counts, new Date(serviceNow()), DAYS), [counts]);
  const top = byCode(counts, codes).slice(0, 8);
  return (
    <div className="columns">
      <section className="card pad wide" aria-label={say("趋势", "Trend")}>
        <h2>{say(`最近 ${DAYS} 天`, `The last ${DAYS} days`)}</h2>
        <Suspense fallback={<div className="chart soft">{say("正在载入图表…", "Loading the chart…")}</div>}>
          <Trend days={shown} />
        </Suspense>
        <p className="soft small">
          {say(
            "仅经人工确认的记录计入；AI 线索在人工核实前不计入任何评价。",
            "Only findings confirmed by a person count; a lead of the AI counts towards nothing until it is reviewed.",
          )}
        </p>
      </section>
      <section className="card pad" aria-label={say("按风险代码", "By risk code")}>
        <h2>{say("按风险代码", "By risk code")}</h2>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{say("风险", "Risk")}</th>
              <th scope="col">{say("已确认", "Confirmed")}</th>
              <th scope="col">{say("未核实", "Unreviewed")}</th>
            </tr>
          </thead>
          <tbody>
            {top.map((one) => (
              <tr key={one.code}>
                <td>{names.get(one.code) ?? one.code}</td>
                <td>{one.confirmed}</td>
                <td>{one.unreviewed}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {top.length === 0 && <p className="soft">{say("这段时间没有记录。", "Nothing in this time.")}</p>}
      </section>
    </div>
  );
}
