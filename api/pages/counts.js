// What was found at an enterprise (or one site of it), by code and day, and what people made of it.

import { ask, askAll } from "./request.js";
import { fill, make, nameOf, say } from "./words.js";

const FIGURES = [
  ["detected", () => say("检出", "Detected")],
  ["unreviewed", () => say("未核实", "Unreviewed")],
  ["confirmed", () => say("已确认（计入）", "Confirmed (counts)")],
  ["dismissed", () => say("已排除", "Dismissed")],
  ["unclear", () => say("无法判断", "Unclear")],
];

const day = (date) => `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;

let chosen = null;
let days = 7;

export async function showCounts(frame) {
  const [enterprises, sites, codes] = await Promise.all([askAll("/enterprises"), askAll("/sites"), askAll("/codes")]);
  const names = new Map(codes.map((code) => [code.code, nameOf(code)]));
  const siteNames = new Map(sites.map((site) => [site.site_id, site.name]));
  const choices = [
    ...enterprises.map((one) => ({ path: `/enterprises/${one.enterprise_id}`, name: `${one.name}（${one.credit_code}）` })),
    ...sites.map((one) => ({ path: `/sites/${one.site_id}`, name: say(`场所：${one.name}`, `Site: ${one.name}`) })),
  ];
  const place = make("div", {});
  if (choices.length === 0) {
    fill(frame.view, make("p", { class: "card empty" }, say("没有您可以查看的企业。", "There is no enterprise that you may see.")));
    return;
  }
  if (!choices.some((one) => one.path === chosen)) chosen = choices[0].path;
  const load = async () => {
    const now = new Date();
    const from = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days + 1);
    const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1); // sites may be a day ahead of this screen
    const counts = await ask(`${chosen}/counts?from=${day(from)}&to=${day(tomorrow)}`);
    if (!frame.signal.aborted) fill(place, ...drawn(counts, names, siteNames));
  };
  const pick = (id, options, value, change) =>
    make("select", { id, onchange: (event) => (change(event.target.value), load()) }, options.map(([key, name]) => make("option", { value: key, selected: String(key) === String(value) }, name)));
  fill(
    frame.view,
    make("div", { class: "heading" }, make("h1", {}, say("统计", "Counts"))),
    make(
      "div",
      { class: "filters" },
      pick("whose", choices.map((one) => [one.path, one.name]), chosen, (value) => (chosen = value)),
      pick("days", [[7, say("近 7 天", "7 days")], [30, say("近 30 天", "30 days")], [90, say("近 90 天", "90 days")]], days, (value) => (days = Number(value))),
    ),
    place,
  );
  frame.onStep(() => load().catch(() => {}));
  await load();
}

function drawn(counts, names, siteNames) {
  const tiles = make(
    "div",
    { class: "tiles" },
    FIGURES.map(([key, name]) => make("div", { class: `card tile ${key}` }, make("span", {}, name()), make("strong", {}, String(counts.total[key])))),
  );
  const words = make("p", { class: "words", id: "counts-words" }, say(counts.statement_zh, counts.statement_en));
  if (counts.items.length === 0) return [tiles, words, make("p", { class: "card empty" }, say("这段时间没有检出记录。没有检出不等于没有问题：无画面时段不作判断。", "Nothing was found in this time. That does not mean all was well: nothing is judged while there is no picture."))];
  const cells = (line) => FIGURES.map(([key]) => make("td", { class: `number ${key}${line[key] === 0 ? " zero" : ""}` }, String(line[key])));
  const newestFirst = [...counts.items].sort((one, other) => other.day.localeCompare(one.day) || one.code.localeCompare(other.code));
  const rows = newestFirst.map((line) =>
    make(
      "tr",
      {},
      make("td", {}, line.day),
      make("td", {}, names.get(line.code) || line.code, make("div", { class: "soft small" }, line.code)),
      make("td", { class: "soft" }, siteNames.get(line.site_id) || line.site_id),
      ...cells(line),
    ),
  );
  const head = make("tr", {}, [say("日期", "Day"), say("风险", "Risk"), say("场所", "Site")].map((name) => make("th", { scope: "col" }, name)), FIGURES.map(([key, name]) => make("th", { scope: "col", class: `number ${key}` }, name())));
  return [tiles, words, make("div", { class: "card scroll" }, make("table", { id: "counts" }, make("thead", {}, head), make("tbody", {}, rows)))];
}
