// The index over time with its interval and colours. Loaded when the page is there already.

import { LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { Snapshot } from "../api/client";
import { usePreferences } from "../shell/preferences";
import { colourName, standingName } from "../words/credit";
import { day, type Say } from "../words/say";

use([LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

const SHADES: Readonly<Record<string, { light: string; dark: string }>> = {
  green: { light: "#1f6b45", dark: "#86d6a9" },
  orange: { light: "#c27803", dark: "#f0bd6a" },
  red: { light: "#a8322a", dark: "#ff9a90" },
};
const SHAPES: Readonly<Record<string, string>> = { green: "circle", orange: "triangle", red: "rect" };

function option(say: Say, days: readonly Snapshot[], isDark: boolean): EChartsCoreOption {
  const ink = isDark ? "#c9d6d2" : "#43514e";
  const line = isDark ? "#2c3a38" : "#e2e8e6";
  const band = isDark ? "rgba(143,160,192,0.25)" : "rgba(111,127,156,0.22)";
  const words = (one: Snapshot) => (one.colour ? colourName(say, one.colour) : standingName(say, one.standing));
  const edge = (name: string, values: (number | null)[], color: string) => ({
    name,
    type: "line",
    stack: "interval",
    silent: true,
    symbol: "none",
    lineStyle: { opacity: 0 },
    areaStyle: { color },
    data: days.map((one, place) => [one.day, values[place]]),
  });
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
    grid: { left: 36, right: 16, top: 12, bottom: 26 },
    // As text on the canvas: the page's policy allows no styles inside of markup.
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      formatter: (shown: { dataIndex: number }[]) => {
        const one = days[shown[0]?.dataIndex ?? -1];
        if (!one) return "";
        const figure =
          one.index === null ? "" : ` ${one.index.toFixed(1)} (${one.low?.toFixed(1)} – ${one.high?.toFixed(1)})`;
        return `${day(say, one.day)}\n${words(one)}${figure}`;
      },
    },
    xAxis: {
      type: "time",
      axisLabel: { color: ink, hideOverlap: true, formatter: "{MM}-{dd}" },
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
    },
    yAxis: { type: "value", min: 0, max: 100, axisLabel: { color: ink }, splitLine: { lineStyle: { color: line } } },
    series: [
      edge(
        "low",
        days.map((one) => one.low),
        "transparent",
      ),
      edge(
        "width",
        days.map((one) => (one.low === null || one.high === null ? null : one.high - one.low)),
        band,
      ),
      {
        name: "index",
        type: "line",
        connectNulls: false,
        lineStyle: { color: ink, width: 1.5 },
        symbolSize: 10,
        data: days.map((one) => ({
          value: [one.day, one.index],
          symbol: SHAPES[one.colour ?? ""] ?? "emptyCircle",
          itemStyle: { color: SHADES[one.colour ?? ""]?.[isDark ? "dark" : "light"] ?? ink },
        })),
      },
    ],
  };
}

export default function Colours({ days }: { days: readonly Snapshot[] }) {
  const { say, theme } = usePreferences();
  const room = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!room.current) return;
    const chart = init(room.current);
    chart.setOption(option(say, days, theme === "dark"));
    const sizes = new ResizeObserver(() => chart.resize());
    sizes.observe(room.current);
    return () => {
      sizes.disconnect();
      chart.dispose();
    };
  }, [say, theme, days]);
  const last = days.at(-1);
  const words = last
    ? say(
        `折线图：${days.length} 次记录，最近 ${last.day}，${last.colour ? colourName(say, last.colour) : standingName(say, last.standing)}${last.index === null ? "" : ` ${last.index.toFixed(1)}`}`,
        `Line: ${days.length} figures, the last of ${last.day}, ${last.colour ? colourName(say, last.colour) : standingName(say, last.standing)}${last.index === null ? "" : ` ${last.index.toFixed(1)}`}`,
      )
    : "";
  return (
    <>
      <div className="chart" ref={room} role="img" aria-label={words} />
      <p className="soft small">
        {say("● 绿　▲ 橙　■ 红；浅色带为 90% 区间", "● green  ▲ orange  ■ red; the band is the 90 % interval")}
      </p>
    </>
  );
}
