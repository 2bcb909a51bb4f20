// Versions of a head: how each did on the examples that were left out, and which one judges.

import { useState } from "react";
import type { Me } from "../api/client";
import { WideTable } from "../portrait/wide-table";
import { useSay } from "../shell/preferences";
import { fullTime } from "../words/say";
import { lackText } from "../words/teach";
import { Sample } from "./head";
import { type Deed, type HeadDetail, useVersion, type Version } from "./queries";
import { isStale, percent } from "./states";

interface VersionsProps {
  head: HeadDetail;
  me: Me;
  act: (deed: Deed) => void;
  isBusy: boolean;
}

export function Versions({ head, me, act, isBusy }: VersionsProps) {
  const say = useSay();
  const [chosen, setChosen] = useState<number | null>(null);
  const number = chosen !== null && chosen <= (head.newest_version ?? 0) ? chosen : head.newest_version;
  const { data: version } = useVersion(head.head_id, number);
  const mayPutLive = me.permissions.includes("put_live");
  const wasLive = head.history.some((line) => line.act === "went_live" && line.version !== head.live_version);
  return (
    <section className="card pad versions">
      {version && <Shown version={version} head={head} act={act} mayPutLive={mayPutLive} isBusy={isBusy} me={me} />}
      <h2>{say("全部版本", "All versions")}</h2>
      <WideTable label={say("版本列表", "List of versions")}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{say("版本", "Version")}</th>
              <th scope="col">{say("训练时间", "Taught")}</th>
              <th scope="col">{say("训练人", "By")}</th>
              <th scope="col">{say("留一准确率", "Leave-one-out")}</th>
              <th scope="col">{say("操作", "Do")}</th>
            </tr>
          </thead>
          <tbody>
            {head.versions.toReversed().map((line) => (
              <tr key={line.version} data-version={line.version}>
                <th scope="row">
                  {line.version}{" "}
                  {line.version === head.live_version && <span className="badge good">{say("使用中", "live")}</span>}
                </th>
                <td>{fullTime(say, line.taught_at)}</td>
                <td>{line.taught_by_name}</td>
                <td>{percent(line.accuracy)}</td>
                <td>
                  <button
                    type="button"
                    className="quiet"
                    aria-pressed={line.version === number}
                    onClick={() => setChosen(line.version)}
                  >
                    {line.version === number ? say("正在查看", "Shown above") : say("查看", "Show")}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
      {mayPutLive && head.status === "live" && (
        <div className="actions">
          {wasLive && (
            <button
              type="button"
              className="plain"
              id="roll-back"
              disabled={isBusy}
              onClick={() => act({ do: "back" })}
            >
              {say("退回上一个使用过的版本", "Go back to the version before")}
            </button>
          )}
          <button type="button" className="plain" id="retire" disabled={isBusy} onClick={() => act({ do: "retire" })}>
            {say("撤下，不再判断", "Take it out of service")}
          </button>
        </div>
      )}
    </section>
  );
}

interface ShownProps extends VersionsProps {
  version: Version;
  mayPutLive: boolean;
}

function Shown({ version, head, act, mayPutLive, isBusy }: ShownProps) {
  const say = useSay();
  const isNewest = version.version === head.newest_version;
  return (
    <div className="shown-version" data-shown={version.version}>
      <div className="line">
        <h2>{say(`第 ${version.version} 版：留一检验`, `Version ${version.version}: leave-one-out`)}</h2>
        {version.is_live && <span className="badge good">{say("使用中", "live")}</span>}
      </div>
      <p className="accuracy">
        <strong>{percent(version.accuracy)}</strong>{" "}
        <span>
          {say(
            `${version.count} 个示例中判对 ${version.right} 个；95% 区间 ${percent(version.low)}–${percent(version.high)}`,
            `${version.right} of ${version.count} examples right; 95 % interval ${percent(version.low)}–${percent(version.high)}`,
          )}
        </span>
      </p>
      <p className="soft">
        {say(
          `每个示例都由只学过其余示例的模型来判。其中敢回答的 ${version.answered} 个，答对 ${version.answered_right} 个，其余答“无法判断”。`,
          `Each example was called by a head that was taught on the others only. It dared to answer ${version.answered}, ${version.answered_right} of them right; of the rest it said “cannot tell”.`,
        )}{" "}
        {say("示例若都取自同一时段，此数会虚高。", "Where all examples are of one hour this figure is too good.")}
      </p>
      <ul className="bare per-state">
        {version.states.map((one) => (
          <li key={one.state}>
            <strong>{one.state}</strong>{" "}
            {say(
              `判对 ${one.right} / ${one.count}，互不相同 ${one.distinct} 个`,
              `${one.right} of ${one.count} right, ${one.distinct} different`,
            )}
          </li>
        ))}
      </ul>
      {version.mistakes.length > 0 && (
        <>
          <h3>{say("判错的示例：请先看标签是否点错", "Got wrong: check the label first")}</h3>
          <ul className="bare mistakes">
            {version.mistakes.map((one) => (
              <li key={one.example_id}>
                {say(
                  `标为“${one.state}”，判为“${one.said}”（${percent(one.confidence)}）`,
                  `labelled “${one.state}”, called “${one.said}” (${percent(one.confidence)})`,
                )}
                {one.example ? (
                  <ul className="bare samples">
                    <Sample head={head} example={one.example} forget={undefined} />
                  </ul>
                ) : (
                  <span className="soft small"> {say("该示例已删除", "this example was deleted")}</span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {isNewest && isStale(head.examples.length, version) && (
        <p className="soft">
          {say("训练之后示例有增减，请再训练一版。", "Examples came or went since: teach a new version.")}
        </p>
      )}
      {version.lacks.length > 0 && (
        <div className="lacks" role="note">
          <strong>{say("还不能上线：", "It may not go live yet:")}</strong>
          <ul>
            {version.lacks.map((lack) => (
              <li key={`${lack.kind} ${lack.state}`}>{lackText(say, lack)}</li>
            ))}
          </ul>
        </div>
      )}
      {!version.is_live && version.lacks.length === 0 && head.is_usable && (
        <div className="actions">
          {mayPutLive ? (
            <button
              type="button"
              className="plain main"
              id="go-live"
              disabled={isBusy}
              onClick={() => act({ do: "live", version: version.version })}
            >
              {say(`让第 ${version.version} 版上线`, `Put version ${version.version} live`)}
            </button>
          ) : (
            <span className="soft" id="needs-keeper">
              {say("已可上线。上线须由有权核实告警的人员决定。", "It may go live. Whoever judges alerts decides that.")}
            </span>
          )}
          <span className="soft small">
            {say(
              "上线后产生的都是 AI 线索，仍须人工核实。",
              "What it raises are AI leads; a person still has to verify them.",
            )}
          </span>
        </div>
      )}
    </div>
  );
}
