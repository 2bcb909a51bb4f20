// States of one camera that people teach: those there are, and a form for a new one.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { api, type Me, taken } from "../api/client";
import { useCodes, useStatuses } from "../api/queries";
import { statusAmong } from "../cameras/condition";
import { readZones } from "../cameras/store-zones";
import { useSay } from "../shell/preferences";
import { nameOf } from "../words/names";
import { headStatusName } from "../words/teach";
import { OneHead } from "./head";
import { NewHead } from "./new-head";
import { type Head, useHeads } from "./queries";
import "../styles/cameras.css";
import "../styles/teach.css";

export default function Teach({ me }: { me: Me }) {
  const say = useSay();
  const { cameraId = "", headId } = useParams();
  const [search] = useSearchParams();
  const [isAdding, setAdding] = useState(search.has("zone"));
  const { data: camera, error } = useQuery({
    queryKey: ["cameras", cameraId],
    queryFn: () => taken(api.GET("/api/v1/cameras/{camera_id}", { params: { path: { camera_id: cameraId } } })),
  });
  const { data: zones } = useQuery({ queryKey: ["zones", cameraId], queryFn: () => readZones(cameraId) });
  const told = useStatuses();
  const { data: heads } = useHeads(cameraId);
  const status = statusAmong(told.data, told.isAwaited, cameraId);
  const mayTeach = me.permissions.includes("teach");
  if (error && !camera)
    return (
      <p className="card empty" role="alert">
        {error.message}
      </p>
    );
  if (!camera || !zones) return <p className="loading soft">{say("正在载入…", "Loading…")}</p>;
  if (headId !== undefined) return <OneHead key={headId} headId={headId} camera={camera} status={status} me={me} />;
  return (
    <div className="teach">
      <Link className="quiet back" to={`/cameras/${cameraId}`}>
        ← {camera.name}
      </Link>
      <div className="heading">
        <h1>{say("示教", "Teach a state")}</h1>
        {mayTeach && !isAdding && !camera.node_id && (
          <button type="button" className="plain main push" id="add-head" onClick={() => setAdding(true)}>
            {say("＋ 示教一种状态", "+ Teach a state")}
          </button>
        )}
      </div>
      <p className="soft">
        {say(
          "垃圾桶是否盖好、挡鼠板是否在位，各家厨房不同。请在画面上选一处，点选每种状态各 5 至 20 个示例，系统即学会区分；看过准确率后才能上线。",
          "Bin lids and rodent guards look different in every kitchen. Choose a part of the picture, click 5 to 20 examples of each state, and it learns to tell them. Look at its accuracy before it goes live.",
        )}
      </p>
      {camera.node_id && (
        <p className="soft">
          {say("此摄像机由边缘节点分析，请在该节点示教。", "An edge node watches this camera: teach it there.")}
        </p>
      )}
      {isAdding && mayTeach && (
        <NewHead
          camera={camera}
          status={status}
          zones={zones}
          zoneId={search.get("zone")}
          mayLook={me.permissions.includes("see_unmasked")}
          dropped={() => setAdding(false)}
        />
      )}
      {heads?.length === 0 && !isAdding && (
        <p className="card empty">{say("这台摄像机还没有示教的状态。", "No state of this camera was taught yet.")}</p>
      )}
      <ul className="bare heads">
        {heads?.map((head) => (
          <HeadLine key={head.head_id} head={head} cameraId={cameraId} />
        ))}
      </ul>
    </div>
  );
}

function HeadLine({ head, cameraId }: { head: Head; cameraId: string }) {
  const say = useSay();
  return (
    <li className="card pad" data-head={head.name}>
      <div className="line">
        <h2>
          <Link to={`/cameras/${cameraId}/teach/${head.head_id}`}>{head.name}</Link>
        </h2>
        <HeadBadge head={head} />
      </div>
      <p className="soft small">
        <CodeWords head={head} />
        {head.states.map((state) => ` · ${state} ${head.example_counts[state] ?? 0}`)}
        {head.newest_version === null && ` · ${say("尚未训练", "never taught")}`}
      </p>
    </li>
  );
}

export function HeadBadge({ head }: { head: Head }) {
  const say = useSay();
  if (!head.is_usable)
    return <span className="badge class-I">{say("网络已更换，未在判断", "Network changed: judges nothing")}</span>;
  return (
    <span className={`badge ${head.status === "live" ? "good" : ""}`}>
      {headStatusName(say, head.status)}
      {head.live_version !== null && say(` · 第 ${head.live_version} 版`, ` · version ${head.live_version}`)}
    </span>
  );
}

export function CodeWords({ head }: { head: Head }) {
  const say = useSay();
  const { data: codes = [] } = useCodes();
  const code = codes.find((one) => one.code === head.code);
  if (head.code === null) return say("不报警，仅供查询", "Raises nothing; answers when asked");
  const name = code ? nameOf(say, code) : head.code;
  return say(`“${head.breach_state}”时报：${name}`, `“${head.breach_state}” raises: ${name}`);
}
