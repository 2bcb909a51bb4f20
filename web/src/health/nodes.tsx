// The machines that report to this one, where there are any. What a silent one said last is not how it stands now.

import { useQuery } from "@tanstack/react-query";
import { api, type Schema, taken } from "../api/client";
import { WideTable } from "../portrait/wide-table";
import { useSay } from "../shell/preferences";
import { bytes, clockTime, duration } from "../words/say";
import { Badge } from "./badge";
import { lineOf } from "./figures";

type Node = Schema["NodeView"];
const ASK_MS = 5_000;

export function Nodes() {
  const say = useSay();
  const { data: nodes = [], error } = useQuery({
    queryKey: ["nodes"],
    refetchInterval: ASK_MS,
    queryFn: async () => (await taken(api.GET("/api/v1/nodes"))).items,
  });
  if (nodes.length === 0 && !error) return null;
  const heard = error ? 0 : nodes.filter((one) => one.is_active && one.has_line).length;
  return (
    <section className="card pad" id="nodes" aria-label={say("边缘节点", "Nodes")}>
      <h2>
        {say("边缘节点", "Nodes")}{" "}
        {nodes.length > 0 && (
          <span className={`badge ${heard === nodes.length ? "good" : "warn"}`}>
            {say(`${heard} / ${nodes.length} 有联系`, `${heard} of ${nodes.length} heard`)}
          </span>
        )}
      </h2>
      {error && (
        <p className="reason" role="alert">
          {say("没有消息：节点的现状未知。", "No word: how the nodes are is not known.")}
        </p>
      )}
      <p className="soft small">
        {say(
          "失联节点的摄像机情况未知；其余各栏是它最后一次所报。",
          "Nothing is known of what a silent node watches; the other columns are what it said last.",
        )}
      </p>
      {nodes.length > 0 && (
        <WideTable label={say("边缘节点", "Nodes")}>
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">{say("节点", "Node")}</th>
                <th scope="col">{say("联系", "Line")}</th>
                <th scope="col">{say("最后消息", "Last heard")}</th>
                <th scope="col">{say("摄像机", "Cameras")}</th>
                <th scope="col">{say("待送（最早）", "Waiting (oldest)")}</th>
                <th scope="col">{say("待送证据", "Evidence waiting")}</th>
                <th scope="col">{say("被拒", "Refused")}</th>
                <th scope="col">{say("时钟差", "Clock offset")}</th>
                <th scope="col">{say("可代报企业", "Reports for")}</th>
                <th scope="col">{say("版本", "Version")}</th>
              </tr>
            </thead>
            <tbody>
              {nodes.map((node) => (
                <Row key={node.node_id} node={node} isKnown={!error} />
              ))}
            </tbody>
          </table>
        </WideTable>
      )}
    </section>
  );
}

function Row({ node, isKnown }: { node: Node; isKnown: boolean }) {
  const say = useSay();
  const notKnown = say("未知", "not known");
  const oldest = node.waiting_steps ? node.oldest_waiting_seconds : null;
  return (
    <tr data-node={node.node_id}>
      <td>{node.node_id}</td>
      <td>
        <Badge {...lineOf(say, node, isKnown)} />
      </td>
      <td>{node.last_seen_at ? clockTime(say, node.last_seen_at) : say("从未", "never")}</td>
      <td>{node.version === null ? notKnown : node.cameras}</td>
      <td>
        {node.waiting_steps ?? notKnown}
        {oldest !== null && say(`（${duration(say, oldest)}）`, ` (${duration(say, oldest)})`)}
      </td>
      <td>
        {node.waiting_evidence_bytes === null
          ? notKnown
          : node.waiting_evidence_bytes && bytes(node.waiting_evidence_bytes)}
      </td>
      <td>{node.refused ? <Badge tone="warn" words={String(node.refused)} /> : (node.refused ?? notKnown)}</td>
      <td>{node.clock_offset_seconds === null ? notKnown : `${node.clock_offset_seconds.toFixed(1)} s`}</td>
      <td>
        {node.credit_codes === null
          ? say("不限", "any")
          : say(`${node.credit_codes.length} 家`, `${node.credit_codes.length} named`)}
      </td>
      <td>{node.version ?? notKnown}</td>
    </tr>
  );
}
