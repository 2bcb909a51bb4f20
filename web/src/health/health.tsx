// Health: whether the service's silence can be trusted. No picture, no word and not known are never shown as well.

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, type Me, type Schema, taken } from "../api/client";
import { useCameras, useStatuses } from "../api/queries";
import { useInOrder } from "../shell/order";
import { useSay } from "../shell/preferences";
import { named } from "../words/names";
import { ago, bytes, clockTime, duration, fullTime } from "../words/say";
import "../styles/rules.css";
import { Badge } from "./badge";
import { Cluster } from "./cluster";
import { DeliveryCard } from "./delivery";
import { within } from "./figures";
import { Networks } from "./networks";
import { Nodes } from "./nodes";
import { Streams } from "./streams";

type System = Schema["SystemView"];
const ASK_MS = 5_000;

const probeName = named({
  database: ["数据库", "Database"],
  detector: ["识别网络", "Network"],
  engine: ["识别网络", "Network"],
  network: ["识别网络", "Network"],
  broker: ["消息服务器", "Broker"],
  evidence: ["证据存储", "Evidence store"],
});
const dropName = named({
  superseded: ["被更新的帧取代", "a newer one came"],
  stale: ["等待过久", "waited too long"],
  corrupt: ["数据损坏", "damaged"],
  removed: ["摄像机已移除", "camera removed"],
});
const roleName = named({
  standalone: ["单机", "standalone"],
  edge: ["边缘节点", "edge"],
  centre: ["中心", "centre"],
});
const spaceName = named({
  unknown: ["未知", "not known"],
  enough: ["充足", "enough"],
  clearing: ["正在清理已排除的证据", "making room"],
  cannot_clear: ["已满且无法清理", "full, and nothing may be deleted"],
});

export default function Health({ me }: { me: Me }) {
  const say = useSay();
  const mayAll = me.permissions.includes("read_metrics");
  const isThere = ![useCameras().isPending, useStatuses().isAwaited].includes(true);
  const shown = useInOrder([isThere, true]);
  return (
    <div className="health">
      <div className="heading">
        <h1>{say("运行状况", "Health")}</h1>
        <span className="soft">
          {say("无画面、无消息、未知，均不等于正常。", "No picture, no word and not known are not the same as well.")}
        </span>
      </div>
      <DeliveryCard />
      <Streams />
      <div className="process" hidden={shown < 2}>
        {mayAll ? (
          <Process />
        ) : (
          <p className="card pad soft">
            {say(
              "服务本身的状况只对可查看全部范围的账户显示。",
              "How the service itself stands is shown to accounts that see everything.",
            )}
          </p>
        )}
      </div>
    </div>
  );
}

function Process() {
  const say = useSay();
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: ["system"],
    refetchInterval: ASK_MS,
    queryFn: async () => (await taken(api.GET("/api/v1/system"))) as System,
  });
  if (!data) {
    if (!error) return <p className="loading soft">{say("正在载入…", "Loading…")}</p>;
    return (
      <p className="card pad reason" role="alert">
        {say("没有消息：服务没有回答。", "No word: the service does not answer.")}
      </p>
    );
  }
  return (
    <>
      {error && (
        <p className="reason" role="alert">
          {say(
            "没有消息：以下是最后一次得知的状况，可能已不成立。",
            "No word: what follows was last known, and may not hold.",
          )}
        </p>
      )}
      <div className="blocks">
        <Delivery system={data} />
        <Looking system={data} />
        <Keeping system={data} />
        <Versions system={data} heardAt={dataUpdatedAt} />
      </div>
      <Cluster />
      <Nodes />
      <Networks networks={data.networks} />
    </>
  );
}

function Delivery({ system }: { system: System }) {
  const say = useSay();
  const { broker, outbox } = system;
  const before = (iso: string) => (Date.parse(system.now) - Date.parse(iso)) / 1000; // by the clock of the service
  const isUp = broker?.state === "connected";
  return (
    <Block name={say("告警送达", "Delivery of alerts")}>
      <Fact name={say("消息服务器", "Broker")}>
        <Badge
          tone={isUp ? "good" : "offline"}
          words={
            broker ? (isUp ? say("已连接", "Connected") : say("未连接", "Not connected")) : say("未知", "Not known")
          }
        />{" "}
        {broker && say(`自 ${clockTime(say, broker.since)} 起`, `since ${clockTime(say, broker.since)}`)}
        {broker?.cause && (
          <div className="soft small">
            {say("原因：", "Cause: ")}
            {broker.cause}
          </div>
        )}
      </Fact>
      <Fact name={say("待送消息", "Waiting messages")}>
        {outbox === null ? (
          <Badge tone="warn" words={say("未知", "Not known")} />
        ) : (
          <span id="outbox">
            {outbox.depth}
            {outbox.oldest_at &&
              say(`，最早 ${ago(say, before(outbox.oldest_at))}`, `, oldest ${ago(say, before(outbox.oldest_at))}`)}
          </span>
        )}
      </Fact>
      <Fact name={say("画面到送达", "Picture to delivery")}>{within(say, system.alert_latency)}</Fact>
      <Fact name={say("待写入 / 被拒", "Unrecorded / set aside")}>
        {system.unrecorded_steps ?? say("未知", "not known")} / {system.steps_set_aside ?? say("未知", "not known")}
      </Fact>
    </Block>
  );
}

function Looking({ system }: { system: System }) {
  const say = useSay();
  const drops = Object.entries(system.frames_dropped);
  return (
    <Block name={say("识别", "Looking")}>
      <Fact name={say("查看 / 免看", "Looked / spared")}>
        {system.looks.looked ?? 0} / {system.looks.spared ?? 0}
        {Object.keys(system.looks).length === 0 && say("（尚无数据）", " (nothing yet)")}
      </Fact>
      <Fact name={say("画面到判断", "Picture to judgement")}>{within(say, system.frame_age)}</Fact>
      <Fact name={say("网络耗时", "Network call")}>{within(say, system.inference)}</Fact>
      <Fact name={say("丢弃的帧", "Frames dropped")}>
        {drops.length === 0
          ? say("启动以来没有", "none since the start")
          : drops.map(([cause, count]) => `${dropName(say, cause)} ${count}`).join(say("，", ", "))}
      </Fact>
      <Fact name={say("示教判断器", "Taught heads")}>
        {say(
          `使用中 ${system.heads.live}，其他 ${system.heads.others}`,
          `${system.heads.live} live, ${system.heads.others} others`,
        )}
        {system.heads.out_of_use + system.heads.unreadable > 0 && (
          <Badge
            tone="warn"
            words={say(
              `${system.heads.out_of_use + system.heads.unreadable} 个不可用`,
              `${system.heads.out_of_use + system.heads.unreadable} cannot be used`,
            )}
          />
        )}
      </Fact>
    </Block>
  );
}

function Keeping({ system }: { system: System }) {
  const say = useSay();
  const { disk, database } = system;
  return (
    <Block name={say("存储", "Storage")}>
      {Object.entries(system.probes).map(([name, answer]) => (
        <Fact key={name} name={probeName(say, name)}>
          <Badge
            tone={answer === "ok" ? "good" : "offline"}
            words={answer === "ok" ? say("应答正常", "Answers") : say("无应答", "Does not answer")}
          />
        </Fact>
      ))}
      <Fact name={say("数据库大小", "Database size")}>
        {database.kind} · {database.size_bytes === null ? say("未知", "not known") : bytes(database.size_bytes)}
        {database.fault && <Badge tone="offline" words={database.fault} />}
      </Fact>
      <Fact name={say("磁盘", "Disk")}>
        {disk === null ? (
          <Badge tone="warn" words={say("未知", "Not known")} />
        ) : (
          <>
            {say(`剩余 ${bytes(disk.free_bytes)}`, `${bytes(disk.free_bytes)} free`)} / {bytes(disk.total_bytes)}{" "}
            {disk.free_bytes < 2 * disk.kept_bytes && <Badge tone="warn" words={say("空间紧张", "Running low")} />}
          </>
        )}
      </Fact>
      <Fact name={say("证据空间", "Room for evidence")}>{spaceName(say, system.evidence_space)}</Fact>
    </Block>
  );
}

function Versions({ system, heardAt }: { system: System; heardAt: number }) {
  const say = useSay();
  const offset = (heardAt - new Date(system.now).getTime()) / 1000;
  return (
    <Block name={say("版本与时钟", "Versions and clock")}>
      <Fact name={say("程序", "Program")}>
        {system.version} · Python {system.python}
      </Fact>
      <Fact name={say("节点", "Node")}>
        {system.node} · {roleName(say, system.role)}
      </Fact>
      <Fact name={say("规则目录", "Catalogue")}>{system.catalogue}</Fact>
      <Fact name={say("启动于", "Started")}>{fullTime(say, system.started_at)}</Fact>
      <Fact name={say("时钟", "Clock")}>
        {say(`与本屏相差 ${duration(say, Math.abs(offset))}`, `${duration(say, Math.abs(offset))} from this screen's`)}{" "}
        {system.is_clock_doubted && (
          <Badge tone="warn" words={say("时钟可疑，暂停删除", "Doubted: nothing is deleted")} />
        )}
      </Fact>
      <Fact name="Grafana">
        {system.grafana_url ? (
          <a href={system.grafana_url} id="grafana" target="_blank" rel="noreferrer">
            {say("打开图表", "Open the charts")}
          </a>
        ) : (
          <span className="soft">
            {say("未设置 BRIGHTKITCHEN_API__GRAFANA_URL", "BRIGHTKITCHEN_API__GRAFANA_URL is not set")}
          </span>
        )}
      </Fact>
    </Block>
  );
}

function Block({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section className="card pad" aria-label={name}>
      <h2>{name}</h2>
      <dl className="standing">{children}</dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
