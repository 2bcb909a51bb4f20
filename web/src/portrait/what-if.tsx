// What would help: the index after corrections, clean hours or days, or with a further finding. Nothing is stored.

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Credit, Explanation, WhatIf } from "../api/client";
import { useCodes } from "../api/queries";
import { useSay } from "../shell/preferences";
import { nameOf } from "../words/names";
import { day } from "../words/say";
import { CreditBadge, Scale } from "./badges";
import { MOST_DAYS, MOST_HOURS, within } from "./figures";
import { imagined } from "./queries";

export function Imagine({ explained }: { explained: Explanation }) {
  const say = useSay();
  const { data: codes = [] } = useCodes();
  const { credit } = explained;
  const open = explained.findings.filter((finding) => finding.remedy === "open");
  const [rectify, setRectify] = useState<ReadonlySet<string>>(new Set());
  const [days, setDays] = useState("0");
  const [hours, setHours] = useState("0");
  const [more, setMore] = useState("");
  const asked = useMutation({ mutationFn: (body: WhatIf) => imagined(credit.enterprise_id, body) });
  const turn = (id: string) => {
    const next = new Set(rectify);
    if (!next.delete(id)) next.add(id);
    setRectify(next);
  };
  const name = (code: string) => {
    const known = codes.find((one) => one.code === code);
    return known ? nameOf(say, known) : code;
  };
  const added = codes.find((one) => one.code === more);
  const send = () =>
    asked.mutate({
      rectify: [...rectify],
      days: within(days, MOST_DAYS),
      clean_hours: within(hours, MOST_HOURS),
      confirmed: added ? [{ code: added.code, risk_class: added.class }] : [],
    });
  return (
    <section className="card pad what-if" aria-label={say("测算", "What if")}>
      <h2>{say("测算：怎样恢复", "What if: the way back")}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <fieldset>
          <legend>{say("若以下整改经核实", "If these corrections were verified")}</legend>
          {open.length === 0 && <p className="soft small">{say("没有未整改的问题。", "No finding is open.")}</p>}
          {open.length > 1 && (
            <button
              type="button"
              className="quiet"
              onClick={() =>
                setRectify(rectify.size > 0 ? new Set() : new Set(open.slice(0, 100).map((one) => one.alert_id)))
              }
            >
              {rectify.size > 0 ? say("全不选", "None") : say("全选", "All")}
            </button>
          )}
          <div className="open-ones">
            {open.map((finding) => (
              <label key={finding.alert_id} className="check">
                <input
                  type="checkbox"
                  name="rectify"
                  checked={rectify.has(finding.alert_id)}
                  onChange={() => turn(finding.alert_id)}
                />
                <span>
                  {name(finding.code)} <span className="soft small">{day(say, finding.day)}</span>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <div className="controls">
          <label>
            {say("经过天数", "Days that pass")}
            <input
              name="days"
              type="number"
              min={0}
              max={MOST_DAYS}
              value={days}
              onChange={(event) => setDays(event.target.value)}
            />
          </label>
          <label>
            {say("无问题观察小时", "Clean hours observed")}
            <input
              name="hours"
              type="number"
              min={0}
              max={MOST_HOURS}
              value={hours}
              onChange={(event) => setHours(event.target.value)}
            />
          </label>
          <label>
            {say("若新增一项已确认问题", "With one more confirmed finding")}
            <select name="more" value={more} onChange={(event) => setMore(event.target.value)}>
              <option value="">{say("无", "none")}</option>
              {codes
                .filter((code) => code.is_credit_eligible)
                .map((code) => (
                  <option key={code.code} value={code.code}>
                    {nameOf(say, code)}
                  </option>
                ))}
            </select>
          </label>
          <button type="submit" className="plain main" id="imagine" disabled={asked.isPending}>
            {say("测算", "Compute")}
          </button>
        </div>
      </form>
      <div aria-live="polite">
        {asked.error && (
          <p className="fault" role="alert">
            {asked.error.message}
          </p>
        )}
        {asked.data && <Result before={credit} after={asked.data} />}
      </div>
      <p className="soft small">
        {say("仅为测算，不保存，也不构成承诺。", "A computation only: nothing is stored, nothing is promised.")}
      </p>
    </section>
  );
}

function Result({ before, after }: { before: Credit; after: Credit }) {
  const say = useSay();
  if (after.index === null)
    return (
      <p id="imagined">{say("仍无法给出指数：数据不足。", "There would still be no index: too little is known.")}</p>
    );
  const change = before.index === null ? null : after.index - before.index;
  return (
    <div id="imagined" className="imagined">
      <div className="figure">
        {before.index !== null && <span className="soft">{before.index.toFixed(1)} →</span>}
        <strong className="number">{after.index.toFixed(1)}</strong>
        {change !== null && <span>{`${change < 0 ? "−" : "+"}${Math.abs(change).toFixed(1)}`}</span>}
        <CreditBadge credit={after} />
      </div>
      <Scale credit={after} />
      <p className="soft small">
        {say("90% 区间", "90 % interval")} {after.low?.toFixed(1)} – {after.high?.toFixed(1)} · {day(say, after.as_of)}{" "}
        ·{" "}
        {say(
          "颜色按区间与上限计，实际要在整个区间连续 7 天后才改变",
          "the colour by the figure and its caps; it turns only after 7 days of the whole interval",
        )}
      </p>
    </div>
  );
}
