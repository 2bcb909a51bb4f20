// Why the index is what it is: the largest deductions with clause and record, how and when each ends, and all dimensions.

import { useState } from "react";
import { Link } from "react-router";
import type { Burden, Explanation, Finding } from "../api/client";
import { useCodes } from "../api/queries";
import { ClassBadge } from "../shell/badges";
import { useSay } from "../shell/preferences";
import { recovery, remedyName } from "../words/credit";
import { nameOf } from "../words/names";
import { day } from "../words/say";
import { Clauses } from "./clauses";
import { grouped } from "./figures";
import { useRecords } from "./queries";
import { WideTable } from "./wide-table";

const FEW = 5;

export function Deductions({ explained }: { explained: Explanation }) {
  const say = useSay();
  const [isAll, setAll] = useState(false);
  const { credit, findings, papers } = explained;
  const rows = [
    ...findings.map((finding) => ({ cost: finding.cost, finding, paper: null })),
    ...papers.map((paper) => ({ cost: paper.cost, finding: null, paper })),
  ].sort((one, other) => other.cost - one.cost);
  const shown = isAll ? rows : rows.slice(0, FEW);
  return (
    <section className="card pad" aria-label={say("扣分说明", "Why it is so")}>
      <h2>{say("扣分说明：依据、记录与恢复", "Why it is so: clause, record and the way back")}</h2>
      {rows.length === 0 && (
        <p className="soft">
          {say(
            "近一年没有经人工确认的问题，也没有不利记录。",
            "No finding confirmed by a person within a year, and no adverse entry.",
          )}
        </p>
      )}
      <ol className="bare deductions">
        {shown.map((row) =>
          row.finding ? (
            <FindingRow key={row.finding.alert_id} finding={row.finding} asOf={credit.as_of} />
          ) : (
            row.paper && <PaperRow key={row.paper.reference} paper={row.paper} explained={explained} />
          ),
        )}
      </ol>
      {rows.length > FEW && (
        <button type="button" className="plain" id="all-deductions" onClick={() => setAll(!isAll)}>
          {isAll ? say("只看最大的", "The largest only") : say(`全部 ${rows.length} 项`, `All ${rows.length}`)}
        </button>
      )}
      {explained.left_out > 0 && (
        <p className="soft small">
          {say(`另有 ${explained.left_out} 项影响更小，未列出。`, `${explained.left_out} smaller ones are not listed.`)}
        </p>
      )}
      <p className="soft small">
        {say(
          "“影响”为去掉该项后指数会高出多少；各项不能简单相加。",
          "What one costs is how much higher the index would be without it; costs do not simply add up.",
        )}
      </p>
      <Dimensions explained={explained} />
    </section>
  );
}

const minus = (cost: number): string => (cost < 0.05 ? "<0.1" : `−${cost.toFixed(1)}`);

function FindingRow({ finding, asOf }: { finding: Finding; asOf: string }) {
  const say = useSay();
  const { data: codes = [] } = useCodes();
  const code = codes.find((one) => one.code === finding.code);
  return (
    <li data-finding={finding.alert_id}>
      <strong className="cost">{minus(finding.cost)}</strong>
      <div className="what">
        <div className="badges">
          <strong>{code ? nameOf(say, code) : finding.code}</strong>
          <ClassBadge name={finding.risk_class} isShort />
          <span className={`badge ${finding.remedy === "open" ? "warn" : "good"}`}>
            {remedyName(say, finding.remedy)}
          </span>
          {finding.which_of_its_code > 1 && (
            <span className="badge">
              {say(`一年内第 ${finding.which_of_its_code} 次`, `No. ${finding.which_of_its_code} within a year`)}
            </span>
          )}
        </div>
        <Clauses references={finding.clauses} />
      </div>
      <div className="back-again small">
        {recovery(say, finding, asOf).map((line) => (
          <div key={line}>{line}</div>
        ))}
      </div>
      <Link className="record" to={`/alerts/${finding.alert_id}`}>
        {say(`记录 ${day(say, finding.day)}`, `Record of ${day(say, finding.day)}`)}
      </Link>
    </li>
  );
}

function PaperRow({ paper, explained }: { paper: Burden; explained: Explanation }) {
  const say = useSay();
  const dimension = explained.credit.dimensions.find((one) => one.dimension_id === paper.dimension_id);
  return (
    <li data-paper={paper.reference}>
      <strong className="cost">{minus(paper.cost)}</strong>
      <div className="what">
        <div className="badges">
          <strong>{dimension ? say(dimension.zh, dimension.en) : paper.dimension_id}</strong>
          <span className="badge">{say("文书或台账", "Paper or ledger")}</span>
        </div>
        <Clauses references={paper.clauses} />
      </div>
      <div className="back-again small">
        {paper.ends_on
          ? say(`${day(say, paper.ends_on)} 后不再计入`, `Gone after ${day(say, paper.ends_on)}`)
          : say("撤销、修复或更正后不再计入", "Gone once withdrawn, repaired or corrected")}
      </div>
      <RecordLink paper={paper} enterpriseId={explained.credit.enterprise_id} />
    </li>
  );
}

// Down to where it comes from: a decision on record, or an entry of the supervision ledger.
function RecordLink({ paper, enterpriseId }: { paper: Burden; enterpriseId: string }) {
  const say = useSay();
  const { data: records = [] } = useRecords(enterpriseId);
  const words = say(`记录 ${day(say, paper.day)}`, `Record of ${day(say, paper.day)}`);
  if (records.some((one) => one.record_id === paper.reference))
    return (
      <a className="record" href={`#record-${paper.reference}`}>
        {words}
      </a>
    );
  return (
    <Link className="record" to={{ search: new URLSearchParams({ ledger: "b", entry: paper.reference }).toString() }}>
      {words}
    </Link>
  );
}

function Dimensions({ explained }: { explained: Explanation }) {
  const say = useSay();
  return (
    <details>
      <summary>
        {say(
          `全部 ${explained.credit.dimensions.length} 个维度`,
          `All ${explained.credit.dimensions.length} dimensions`,
        )}
      </summary>
      <WideTable label={say("全部维度", "All dimensions")}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{say("维度", "Dimension")}</th>
              <th scope="col">{say("得分率", "Value")}</th>
              <th scope="col">{say("占比", "Part")}</th>
              <th scope="col">{say("扣分", "Takes off")}</th>
            </tr>
          </thead>
          {grouped(explained.credit.dimensions).map((group) => (
            <tbody key={group.en}>
              <tr className="group">
                <th scope="rowgroup" colSpan={3}>
                  {say(group.zh, group.en)}
                </th>
                <td>{group.deduction.toFixed(1)}</td>
              </tr>
              {group.readings.map((one) => (
                <tr key={one.dimension_id}>
                  <td>
                    <code>{one.dimension_id}</code> {say(one.zh, one.en)}
                  </td>
                  <td>{one.value === null ? say("无数据", "no data") : `${Math.round(one.value * 100)}%`}</td>
                  <td>{`${(one.part * 100).toFixed(1)}%`}</td>
                  <td>{one.deduction.toFixed(1)}</td>
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </WideTable>
    </details>
  );
}
