// The big screen: for a wall, looked at from four metres by people who cannot touch it. It mends itself and says when it is old.

import { useEffect, useState } from "react";
import { Link } from "react-router";
import type { Step } from "../alerts/list";
import { useRegionName } from "../api/queries";
import { useFeed, useSteps } from "../feed/context";
import { serviceNow } from "../shell/clock";
import { recall, remember } from "../shell/memory";
import { usePreferences } from "../shell/preferences";
import { CLASSES, lastDays } from "../situation/figures";
import { useDues, useFreshFigures, useRegions, useSituation } from "../situation/queries";
import { byPressure, sumOf, treeOf } from "../situation/tree";
import "../styles/screen.css";
import { lead, nameOf, shortClassName, unknownPlace } from "../words/names";
import { clockTime, duration, locale } from "../words/say";
import { ColourBar, Days } from "./bars";
import { freshness } from "./fresh";

const DAYS = 14;
const REGIONS = 6;
const LATEST = 3;
const TONE_KEY = "brightkitchen.screen";

export default function Screen() {
  const { say, language, setLanguage } = usePreferences();
  const [isLight, setIsLight] = useState(recall(TONE_KEY) === "light");
  const now = useNow();
  useFreshFigures();
  const { data, dataUpdatedAt } = useSituation(DAYS + 1);
  const late = useDues([], true, 1).data;
  const overdue = late?.duties.reduce((sum, one) => sum + one.overdue, 0);
  return (
    <div className="screen" data-tone={isLight ? "light" : "dark"}>
      <header>
        <Link to="/" className="name">
          明厨<span>Brightkitchen</span>
        </Link>
        <h1>{say("态势", "Situation")}</h1>
        <Age updated={dataUpdatedAt} now={now} />
        <time>{new Date(serviceNow()).toLocaleTimeString(locale(say), { hour12: false })}</time>
        <span className="tools">
          <button type="button" onClick={() => setLanguage(language === "zh" ? "en" : "zh")}>
            {language === "zh" ? "EN" : "中文"}
          </button>
          <button
            type="button"
            id="tone"
            aria-pressed={isLight}
            aria-label={say("浅色显示", "Light")}
            onClick={() => {
              remember(TONE_KEY, isLight ? "dark" : "light");
              setIsLight(!isLight);
            }}
          >
            {isLight ? "☾" : "☀"}
          </button>
          <button type="button" id="full" onClick={fullScreen}>
            {say("全屏", "Full")}
          </button>
        </span>
      </header>
      <main aria-busy={data === undefined}>
        <section className="numbers" aria-label={say("待核实的 AI 线索", "AI leads to review")}>
          {CLASSES.map((name) => (
            <p key={name} className={`class-${name}`} data-class={name}>
              <span>{shortClassName(say, name)}</span>
              <strong>{data ? data.to_review[name] : "…"}</strong>
              <span>{say("待核实", "to review")}</span>
            </p>
          ))}
          <p className={overdue ? "late" : ""} data-figure="overdue">
            <span>{say("超时", "Overdue")}</span>
            <strong>{overdue === undefined ? "…" : `${overdue}${late?.is_all ? "" : "+"}`}</strong>
            <span>{say("项", "duties")}</span>
          </p>
        </section>
        <section className="cameras" aria-label={say("摄像机", "Cameras")}>
          <h2>{say("摄像机", "Cameras")}</h2>
          <ul className="bare">
            {(["seen", "unsure", "blind", "paused"] as const).map((name) => (
              <li key={name} className={name} data-sight={name}>
                <strong>{data ? data.cameras[name] : "…"}</strong>{" "}
                {
                  {
                    seen: say("有画面", "with a picture"),
                    unsure: say("画面不可靠", "not reliable"),
                    blind: say("无画面", "no picture"),
                    paused: say("已暂停", "paused"),
                  }[name]
                }
              </li>
            ))}
          </ul>
          {data && data.cameras.blind + data.cameras.paused > 0 && <p className="unknown">{unknownPlace(say)}</p>}
        </section>
        <section className="trend" aria-label={say("趋势", "Trend")}>
          <h2>
            {say(`${DAYS} 天`, `${DAYS} days`)}
            <span className="key confirmed">{say("已确认", "confirmed")}</span>
            <span className="key unreviewed">{say("未核实", "unreviewed")}</span>
          </h2>
          {data && <Days days={lastDays(data.days, new Date(serviceNow()), DAYS)} />}
        </section>
        <section className="shades" aria-label={say("颜色分布", "Colours")}>
          <h2>
            {say("企业", "Enterprises")} {data?.enterprises ?? ""}
          </h2>
          {data?.shades && <ColourBar shades={data.shades} />}
          {data && !data.shades && (
            <p className="quiet-words">{say("此账户不显示颜色", "This account is told no colours")}</p>
          )}
        </section>
        <RegionList />
      </main>
      <Latest />
    </div>
  );
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function fullScreen() {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen?.().catch(() => {});
}

// Live, or since when the figures are old.
function Age({ updated, now }: { updated: number; now: number }) {
  const { say } = usePreferences();
  const { state } = useFeed();
  const [lostAt, setLostAt] = useState<number | null>(null);
  useEffect(() => {
    setLostAt((before) => (state === "live" ? null : (before ?? Date.now())));
  }, [state]);
  const told = freshness(state, updated, lostAt, now);
  if (told.is === "fresh")
    return (
      <span className="age fresh" role="status">
        {say("实时", "Live")}
      </span>
    );
  if (told.is === "none")
    return (
      <span className="age" role="status">
        {say("正在连接…", "Connecting…")}
      </span>
    );
  const at = new Date(serviceNow() - (now - told.since)).toISOString();
  return (
    <span className="age old" role="status">
      {say(
        `连接中断，正在重连。数据截至 ${clockTime(say, at)}（${duration(say, (now - told.since) / 1000)}前）`,
        `Connection lost, trying again. Figures of ${clockTime(say, at)} (${duration(say, (now - told.since) / 1000)} ago)`,
      )}
    </span>
  );
}

function RegionList() {
  const { say } = usePreferences();
  const regionName = useRegionName();
  const { data } = useRegions();
  const tree = treeOf(data ?? []);
  const only = tree.length === 1 ? tree[0] : undefined;
  const all = byPressure(only && only.branches.length > 0 ? only.branches : tree);
  return (
    <section className="region-list" aria-label={say("区域", "Regions")}>
      <h2>
        {say("区域", "Regions")}
        <span className="key">{say("待核实 / 无画面", "to review / no picture")}</span>
      </h2>
      <ul className="bare">
        {all.slice(0, REGIONS).map((one) => (
          <li key={one.digits ?? "none"} data-region={one.digits ?? "none"}>
            <span>{regionName(one.digits)}</span>
            <strong className={one.toReview.I > 0 ? "class-I" : ""}>{sumOf(one.toReview)}</strong>
            <strong className={one.sight.blind > 0 ? "blind" : ""}>
              {one.sight.total > 0 ? one.sight.blind : "—"}
            </strong>
          </li>
        ))}
      </ul>
      {all.length > REGIONS && (
        <p className="quiet-words">{say(`另有 ${all.length - REGIONS} 个区域`, `${all.length - REGIONS} more`)}</p>
      )}
      {data && all.length === 0 && (
        <p className="quiet-words">{say("还没有登记企业", "No enterprise is registered yet")}</p>
      )}
    </section>
  );
}

// What was told last, and what it is worth. Leads only: no picture of anybody is on a wall.
function Latest() {
  const { say } = usePreferences();
  const [steps, setSteps] = useState<Step[]>([]);
  useSteps((step) => {
    if (step.step === "raised") setSteps((before) => [step, ...before].slice(0, LATEST));
  });
  return (
    <footer>
      <p className="worth" role="note">
        {lead(say)}
      </p>
      <ol className="bare" aria-live="polite">
        {steps.map((step) => (
          <li key={step.alert_id} className={`class-${step.class}`}>
            <strong>{nameOf(say, step)}</strong> {step.site_name} {clockTime(say, step.raised_at).slice(-8)}
          </li>
        ))}
        {steps.length === 0 && (
          <li className="quiet-words">
            {say(
              "打开此屏以来没有新线索。没有线索不代表没有问题。",
              "No new lead since this screen was opened. No lead does not mean no problem.",
            )}
          </li>
        )}
      </ol>
    </footer>
  );
}
