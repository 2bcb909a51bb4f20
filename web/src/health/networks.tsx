// The networks in service, and what their cards say: each figure with its interval and the boxes behind it.

import type { Schema } from "../api/client";
import { WideTable } from "../portrait/wide-table";
import { useSay } from "../shell/preferences";
import { attireName, labelName } from "../words/names";
import { measured } from "./figures";

type Network = Schema["NetworkStanding"];

export function Networks({ networks }: { networks: readonly Network[] }) {
  const say = useSay();
  return networks.map((network) => (
    <section key={network.name} className="card pad" aria-label={network.name} data-network={network.name}>
      <h2>
        {network.use === "attire" ? say("着装网络", "Attire network") : say("识别网络", "Detector")} {network.name}{" "}
        <span className="soft small">
          {network.version} · <code>{network.sha256.slice(0, 12)}</code>
          {network.runtime && ` · ${network.runtime}`}
        </span>
      </h2>
      <WideTable label={network.name}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{say("标签", "Label")}</th>
              <th scope="col">{say("规则可用", "Used by rules")}</th>
              <th scope="col">{network.use === "attire" ? say("平衡准确率", "Balanced accuracy") : "AP50"}</th>
              <th scope="col">
                {network.use === "attire"
                  ? say("“未穿戴”的精确率", 'Precision of "absent"')
                  : say("精确率", "Precision")}
              </th>
              <th scope="col">{say("召回率", "Recall")}</th>
              <th scope="col">n</th>
            </tr>
          </thead>
          <tbody>
            {network.labels.map((label) => (
              <tr key={label.name}>
                <td>{network.use === "attire" ? attireName(say, label.name) : labelName(say, label.name)}</td>
                <td>{label.is_usable ? say("是", "yes") : <span className="badge warn">{say("否", "no")}</span>}</td>
                <td>
                  {measured(
                    say,
                    label.balanced_accuracy ?? label.ap50,
                    label.balanced_interval ?? label.ap50_interval,
                    label.count,
                  )}
                </td>
                <td>{measured(say, label.precision, label.precision_interval, label.count)}</td>
                <td>{measured(say, label.recall, label.recall_interval, label.count)}</td>
                <td>
                  {label.count}
                  {label.guessed > 0 && say(`（${label.guessed} 未经人工）`, ` (${label.guessed} unchecked)`)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
    </section>
  ));
}
