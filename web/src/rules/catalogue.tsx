// Every code with its rule. What cannot be seen here is said plainly, with the reason.

import { useMemo, useState } from "react";
import type { CodeView } from "../api/client";
import { useCodes } from "../api/queries";
import { useSay } from "../shell/preferences";
import { lawName, nameOf, shortClassName, zoneTypeName } from "../words/names";
import { activeName, legalDutyName, ruleKindName } from "../words/rules";
import { duration } from "../words/say";
import { type Rule, useRules } from "./queries";

export function Catalogue() {
  const say = useSay();
  const { data: codes = [] } = useCodes();
  const { data: page, error, isPending } = useRules();
  const [text, setText] = useState("");
  const rules = useMemo(() => new Map(page?.items.map((rule) => [rule.code, rule])), [page]);
  const wanted = text.trim().toLowerCase();
  const known = isPending ? [] : codes; // a card without its rule would grow under one's eyes
  const shown = known.filter((code) => `${code.code} ${code.name_zh} ${code.name_en}`.toLowerCase().includes(wanted));
  const silent = codes.filter((code) => code.availability === "not_available").length;
  return (
    <section aria-label={say("规则目录", "Catalogue")}>
      <p className="soft">
        {say("目录版本", "Catalogue version")} <code>{page?.version ?? "…"}</code> · {codes.length}{" "}
        {say("个代码", "codes")} · {say(`其中 ${silent} 个本机不检测`, `${silent} of them not detected here`)}
      </p>
      {error && <p role="alert">{error.message}</p>}
      <div className="controls seek">
        <label htmlFor="seek-code">{say("搜索", "Search")}</label>
        <input id="seek-code" type="search" value={text} onChange={(event) => setText(event.target.value)} />
      </div>
      <ul className="bare codes">
        {shown.map((code) => (
          <Code key={code.code} code={code} rule={rules.get(code.code)} />
        ))}
      </ul>
      {known.length > 0 && shown.length === 0 && (
        <p className="card empty">{say("没有符合条件的代码。", "No code fits.")}</p>
      )}
    </section>
  );
}

function Code({ code, rule }: { code: CodeView; rule: Rule | undefined }) {
  const say = useSay();
  const timing = rule?.timing ?? rule?.taught;
  const isSilent = code.availability === "not_available";
  const facts: [string, string][] = timing
    ? [
        [say("停留", "Dwell"), duration(say, timing.minimum_seconds)],
        [say("冷却", "Cool-down"), duration(say, timing.cool_down_seconds)],
        [say("时段", "When"), [activeName(say, timing.active), ...timing.hours].join(" ")],
        [
          say("区域", "Where"),
          timing.zone_types.map((type) => zoneTypeName(say, type)).join(say("、", ", ")) ||
            say("整个画面", "the whole picture"),
        ],
      ]
    : [[say("依据", "Judged by"), rule ? ruleKindName(say, rule.kind) : "…"]];
  return (
    <li className={`card pad code ${isSilent ? "silent" : ""}`} data-code={code.code}>
      <div className="line">
        <strong>{nameOf(say, code)}</strong>
        <span className="badges">
          <span className={`badge class-${code.class}`}>{shortClassName(say, code.class)}</span>
          {code.duty !== "ops" && <span className="badge">{legalDutyName(say, code.duty)}</span>}
          {isSilent ? (
            <span className="badge warn">{say("本机不检测", "Not detected here")}</span>
          ) : (
            <span className="badge">
              {code.availability === "enabled"
                ? say("默认启用", "On by default")
                : say("按需启用", "On where asked for")}
            </span>
          )}
        </span>
      </div>
      <div className="soft small">
        <code>{code.code}</code> · {say("版本", "version")} {code.version}
      </div>
      {isSilent && (
        <p className="reason">
          {say(code.reason_zh, code.reason_en)}
          {rule?.taught && say("；可在摄像机上示教后判断。", "; it can be taught on a camera.")}
        </p>
      )}
      <dl className="inline-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {code.clauses.length > 0 && (
        <ul className="bare small clauses-list">
          {code.clauses.map((clause) => (
            <li key={clause.clause_id}>
              {lawName(say, clause)} {clause.article}{" "}
              <span className={`badge ${clause.verified ? "good" : "warn"}`}>
                {clause.verified ? say("条文已核对", "Text verified") : say("条文未核对", "Text unverified")}
              </span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
