// Counts by code and state, over a number of days. What nobody has judged stands there, and weighs nothing.

import { useState } from "react";
import { useCodes } from "../api/queries";
import { useSay } from "../shell/preferences";
import { leadName, supervisionName } from "../words/credit";
import { nameOf } from "../words/names";
import { day, type Say } from "../words/say";
import { byCode, COUNTED, daysEarlier } from "./figures";
import { useLedgerCounts } from "./queries";
import { WideTable } from "./wide-table";

const SPANS = [30, 90, 365] as const;
const head = (say: Say, name: string): string =>
  name === "rectified" || name === "verified" ? supervisionName(say, name) : leadName(say, name);

export function Counts({ enterpriseId, today }: { enterpriseId: string; today: string }) {
  const say = useSay();
  const [span, setSpan] = useState<number>(365);
  const from = daysEarlier(today, span - 1);
  const { data, error } = useLedgerCounts(enterpriseId, from, today);
  const { data: codes = [] } = useCodes();
  const names = new Map(codes.map((code) => [code.code, nameOf(say, code)]));
  const sums = byCode(data ?? []);
  return (
    <section className="card pad" aria-label={say("按代码与状态计数", "Counts by code and state")}>
      <div className="line">
        <h2>{say("按代码与状态计数", "Counts by code and state")}</h2>
        <div className="chips">
          {SPANS.map((days) => (
            <button
              key={days}
              type="button"
              className="chip"
              aria-pressed={span === days}
              onClick={() => setSpan(days)}
            >
              {say(`${days} 天`, `${days} days`)}
            </button>
          ))}
        </div>
      </div>
      <p className="soft small">
        {day(say, from)} – {day(say, today)} ·{" "}
        {say(
          "每条线索按目前的状态计一次，仅“人工确认”计入指数；曾确认、现有异议或已被更正的暂不计入。",
          "Each lead counts once, as it stands now; only what a person has confirmed counts towards the index. What was confirmed and is disputed or corrected is set aside.",
        )}
      </p>
      {error && <p role="alert">{error.message}</p>}
      <WideTable label={say("计数表", "Table of counts")}>
        <table className="plain-table" id="counts">
          <thead>
            <tr>
              <th scope="col">{say("风险", "Risk")}</th>
              {COUNTED.map((name) => (
                <th key={name} scope="col" className={name === "confirmed" ? "counts" : undefined}>
                  {head(say, name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sums.map((sum) => (
              <tr key={sum.code} data-code={sum.code}>
                <td>{names.get(sum.code) ?? sum.code}</td>
                {COUNTED.map((name) => (
                  <td key={name} className={name === "confirmed" ? "counts" : undefined}>
                    {sum[name]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
      {data && sums.length === 0 && <p className="soft">{say("这段时间没有记录。", "Nothing in this time.")}</p>}
    </section>
  );
}
