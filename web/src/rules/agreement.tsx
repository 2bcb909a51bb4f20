// How often reviewers agreed where another one judged the same. For quality assurance: no speed, no rank, no first verdict.

import { WideTable } from "../portrait/wide-table";
import { useSay } from "../shell/preferences";
import { shareWords } from "./figures";
import { useAgreement } from "./queries";

export function Agreement({ from, to }: { from: string; to: string }) {
  const say = useSay();
  const { data, error } = useAgreement(from, to);
  const none = say("没有可比的结论", "nothing to compare");
  return (
    <section className="card pad" aria-label={say("核实一致性", "Agreement of reviewers")}>
      <h2>{say("核实一致性", "Agreement of reviewers")}</h2>
      <p className="soft small">
        {say(
          "只统计另有他人也判断过的结论，用于质量保证；不含速度与排名。样本少时区间宽，不宜下结论。",
          "Only verdicts on what another one judged too, for quality assurance; no speed, no rank. Few cases give a wide interval.",
        )}
      </p>
      {error && <p role="alert">{error.message}</p>}
      {data?.length === 0 && (
        <p className="soft">{say("这段时间没有由两人判断的告警。", "No alert of this time was judged by two.")}</p>
      )}
      {data && data.length > 0 && (
        <WideTable label={say("核实一致性", "Agreement of reviewers")}>
          <table className="plain-table" id="agreement">
            <thead>
              <tr>
                <th scope="col">{say("审看人", "Reviewer")}</th>
                <th scope="col">{say("与另一人的结论一致", "Same as the other reviewer")}</th>
                <th scope="col">{say("与异议复核结论一致", "Same as the decision of a dispute")}</th>
              </tr>
            </thead>
            <tbody>
              {data.map((row) => (
                <tr key={row.reviewer_id}>
                  <td>{row.reviewer_name ?? row.reviewer_id}</td>
                  <td>{shareWords(say, row.second_reviews, none)}</td>
                  <td>{shareWords(say, row.disputes, none)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </WideTable>
      )}
    </section>
  );
}
