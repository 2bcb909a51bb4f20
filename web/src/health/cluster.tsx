// The machines of a cluster: which processes watch cameras on them, which are silent, what was moved and what has no room.

import { useQuery } from "@tanstack/react-query";
import { api, type Schema, taken } from "../api/client";
import { useCameras } from "../api/queries";
import { WideTable } from "../portrait/wide-table";
import { useSay } from "../shell/preferences";
import { clockTime, duration, fullTime } from "../words/say";
import { Badge } from "./badge";
import { groupStanding } from "./figures";

type Told = Schema["ClusterView"];
const ASK_MS = 5_000;
const FEW = 10;

export function Cluster() {
  const say = useSay();
  const { data, error } = useQuery({
    queryKey: ["cluster"],
    refetchInterval: (query) => (query.state.data?.is_cluster === false ? false : ASK_MS),
    queryFn: () => taken(api.GET("/api/v1/cluster")),
  });
  if (!data?.is_cluster) return null;
  const isKnown = !error;
  const living = isKnown ? data.groups.filter((one) => one.is_living).length : 0;
  const isWhole = living === data.groups.length && living > 0 && data.without_room === 0;
  return (
    <section className="card pad" id="cluster" aria-label={say("集群", "Cluster")}>
      <h2>
        {say("集群", "Cluster")}{" "}
        <span className={`badge ${isWhole ? "good" : "warn"}`}>
          {say(`${living} / ${data.groups.length} 组在运行`, `${living} of ${data.groups.length} groups run`)}
        </span>{" "}
        {data.without_room > 0 && (
          <span className="badge offline">
            {say(`${data.without_room} 台摄像机无处运行`, `${data.without_room} cameras have no room`)}
          </span>
        )}
      </h2>
      {error && (
        <p className="reason" role="alert">
          {say("没有消息：集群的现状未知。", "No word: how the cluster is is not known.")}
        </p>
      )}
      <Groups told={data} isKnown={isKnown} />
      <Changes told={data} />
      <p className="soft small">
        {data.known_since &&
          say(
            `重启与迁移自 ${fullTime(say, data.known_since)} 本主节点启动起统计。`,
            `Restarts and moves are those since this head began, ${fullTime(say, data.known_since)}.`,
          )}
      </p>
    </section>
  );
}

function Groups({ told, isKnown }: { told: Told; isKnown: boolean }) {
  const say = useSay();
  if (told.groups.length === 0)
    return (
      <p className="reason">
        {say("没有进程在看摄像机：没有画面被分析。", "No process watches cameras: nothing is analysed.")}
      </p>
    );
  return (
    <WideTable label={say("摄像机组", "Groups of cameras")}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{say("机器", "Machine")}</th>
            <th scope="col">{say("摄像机组", "Group")}</th>
            <th scope="col">{say("状态", "State")}</th>
            <th scope="col">{say("最后心跳", "Last heard")}</th>
            <th scope="col">{say("摄像机", "Cameras")}</th>
            <th scope="col">{say("重启", "Restarts")}</th>
          </tr>
        </thead>
        <tbody>
          {told.groups.map((one) => (
            <tr key={one.group_id} data-group={one.group_id}>
              <td>{one.machine}</td>
              <td>
                <code>{one.group_id}</code>
              </td>
              <td>
                <Badge {...groupStanding(say, one, isKnown)} />
              </td>
              <td>{say(`${duration(say, one.silent_seconds)}前`, `${duration(say, one.silent_seconds)} ago`)}</td>
              <td>{one.cameras}</td>
              <td>
                {one.restarts}
                {one.restarted_at &&
                  say(`（${clockTime(say, one.restarted_at)}）`, ` (${clockTime(say, one.restarted_at)})`)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}

function Changes({ told }: { told: Told }) {
  const say = useSay();
  const { data: cameras = [] } = useCameras();
  const name = (id: string) => cameras.find((one) => one.camera_id === id)?.name ?? id;
  const place = (group: string | null) => group ?? say("无处运行", "no room");
  return (
    <>
      {told.unplaced.length > 0 && (
        <p className="reason" id="unplaced">
          {say("无处运行，未作判断：", "No room, not judged: ")}
          {told.unplaced.slice(0, FEW).map(name).join(say("、", ", "))}
          {told.without_room > FEW && say(` 等 ${told.without_room} 台`, ` and others, ${told.without_room} in all`)}
        </p>
      )}
      <h3>{say("最近迁移", "Moved lately")}</h3>
      {told.moves.length === 0 ? (
        <p className="soft">{say("没有摄像机被迁移。", "No camera was moved.")}</p>
      ) : (
        <ol className="bare" id="moves">
          {told.moves.slice(0, FEW).map((one) => (
            <li key={`${one.camera_id} ${one.at}`} data-moved={one.camera_id}>
              <span className="soft small">{clockTime(say, one.at)}</span> {name(one.camera_id)}：
              {place(one.from_group)} → {place(one.to_group)}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
