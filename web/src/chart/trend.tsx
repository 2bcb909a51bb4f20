// The trend as stacked bars. Loaded when the page is there already.

import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { usePreferences } from "../shell/preferences";
import type { Day } from "../situation/figures";
import { stateName } from "../words/names";
import type { Say } from "../words/say";

use([BarChart, GridComponent, TooltipComponent, LegendComponent, CanvasRenderer]);

const SERIES = [
  { state: "confirmed", light: "#1d6b61", dark: "#3fae9e" },
  { state: "unreviewed", light: "#d08a1d", dark: "#e0a84a" },
  { state: "unclear", light: "#6f7f9c", dark: "#8fa0c0" },
  { state: "dismissed", light: "#b9c4c1", dark: "#5d6b68" },
] as const;

function option(say: Say, days: Day[], isDark: boolean): EChartsCoreOption {
  const ink = isDark ? "#c9d6d2" : "#43514e";
  const line = isDark ? "#2c3a38" : "#e2e8e6";
  const name = (state: string) => (state === "unreviewed" ? say("未核实", "Unreviewed") : stateName(say, state));
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink },
    grid: { left: 36, right: 8, top: 34, bottom: 24 },
    legend: { top: 0, left: 0, textStyle: { color: ink }, itemWidth: 12, itemHeight: 12 },
    // As text on the canvas: the page's policy allows no styles inside of markup.
    tooltip: { trigger: "axis", renderMode: "richText", confine: true },
    xAxis: {
      type: "category",
      data: days.map((day) => day.day.slice(5)),
      axisLabel: { color: ink },
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
    },
    yAxis: { type: "value", minInterval: 1, axisLabel: { color: ink }, splitLine: { lineStyle: { color: line } } },
    series: SERIES.map((one) => ({
      type: "bar",
      stack: "all",
      barMaxWidth: 30,
      name: name(one.state),
      itemStyle: { color: isDark ? one.dark : one.light },
      data: days.map((day) => day[one.state]),
    })),
  };
}

export default function Trend({ days }: { days: Day[] }) {
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
  const sum = (state: keyof Omit<Day, "day">) => days.reduce((all, day) => all + day[state], 0);
  const words = say(
    `柱状图：已确认 ${sum("confirmed")}，未核实 ${sum("unreviewed")}，无法判断 ${sum("unclear")}，已排除 ${sum("dismissed")}`,
    `Bars: ${sum("confirmed")} confirmed, ${sum("unreviewed")} unreviewed, ${sum("unclear")} unclear, ${sum("dismissed")} dismissed`,
  );
  return <div className="chart" ref={room} role="img" aria-label={words} />;
}
