// The index beside those of the same type and region: percentiles and quartiles of unnamed others, and what to look at.

import { useSay } from "../shell/preferences";
import { ringName } from "../words/credit";
import { usePeers } from "./queries";

export function Peers({ enterpriseId }: { enterpriseId: string }) {
  const say = useSay();
  const { data: peers, error } = usePeers(enterpriseId);
  return (
    <section className="card pad peers" id="peers" aria-label={say("同业比较", "Beside its peers")}>
      <h2>{say("同业比较", "Beside its peers")}</h2>
      {error && <p role="alert">{error.message}</p>}
      {peers === undefined && !error && <p className="soft">{say("正在载入…", "Loading…")}</p>}
      {peers && (peers.ring === null || peers.index === null) && (
        <p className="soft">
          {peers.ring === null
            ? say(
                `同类企业不足 ${peers.least} 家（${peers.count} 家），不作比较。`,
                `Fewer than ${peers.least} peers (${peers.count}): nothing is compared.`,
              )
            : say("本企业还没有指数，不作比较。", "This enterprise has no index yet: nothing is compared.")}
        </p>
      )}
      {peers?.ring && peers.index && (
        <>
          <p id="percentile">
            {say("指数高于 ", "The index is above ")}
            <strong>{`${Math.round(peers.index.percentile)}%`}</strong>
            {say(
              ` 的同类企业（${ringName(say, peers.ring)}，${peers.index.count} 家）`,
              ` of its peers (${ringName(say, peers.ring)}, ${peers.index.count} of them)`,
            )}
          </p>
          <p className="soft small">
            {say("同类企业中位数", "Their median")} {peers.index.median.toFixed(1)} ·{" "}
            {say("中间一半", "the middle half")} {peers.index.lower_quartile.toFixed(1)} –{" "}
            {peers.index.upper_quartile.toFixed(1)}
          </p>
        </>
      )}
      {peers && peers.weak_points.length > 0 && (
        <>
          <h3>{say("薄弱环节", "Weak points")}</h3>
          <ul className="bare">
            {peers.dimensions
              .filter((one) => one.is_weak)
              .map((one) => (
                <li key={one.dimension_id} className="line">
                  <span>{say(one.zh, one.en)}</span>
                  <span className="soft small">
                    {say(
                      `高于 ${Math.round(one.percentile)}% 的 ${one.count} 家`,
                      `above ${Math.round(one.percentile)} % of ${one.count}`,
                    )}
                  </span>
                </li>
              ))}
          </ul>
        </>
      )}
      {peers && peers.suggestions.length > 0 && (
        <>
          <h3>{say("建议检查", "What might be looked at")}</h3>
          <ul className="bare suggestions">
            {peers.suggestions.map((one) => (
              <li key={`${one.kind} ${one.what_zh}`}>
                <div>{say(one.what_zh, one.what_en)}</div>
                <div className="soft small">{say(one.reason_zh, one.reason_en)}</div>
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="soft small">
        {say(
          "只给出百分位与家数，从不给出他人名称；建议由人判断。",
          "Percentiles and counts only, never a name; suggestions are for people to judge.",
        )}
      </p>
    </section>
  );
}
