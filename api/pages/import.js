// Many cameras from a table: first only told what would be done, then done, and every fault by row and column.

import { ask } from "./request.js";
import { fill, make, say } from "./words.js";

const ACTIONS = {
  add: () => say("新增", "new"),
  change: () => say("修改", "changed"),
  keep: () => say("不变", "as it was"),
};

export function offerImport(button) {
  const file = make("input", { type: "file", name: "table", accept: ".csv,text/csv", required: true });
  const outcome = make("div", { role: "status", id: "import-outcome" });
  const store = make("button", { class: "main", type: "button", id: "import-store", disabled: true }, say("导入", "Import"));
  const form = make(
    "form",
    { class: "card import", id: "import-form", onsubmit: (event) => (event.preventDefault(), run(true)) },
    make("p", {}, say("CSV 表格（UTF-8 或 GB18030），第一行为列名：场所、名称、地址，可选：外部编号、传输、每秒分析帧数、启用、代码、子码流地址。",
      "A CSV table (UTF-8 or GB18030) with heads: site, name, location; optional: external_id, transport, analysed_fps, is_enabled, codes, analysis_location.")),
    file,
    make("div", { class: "actions" }, make("button", { type: "submit", id: "import-check" }, say("先检查（不保存）", "Check first (stores nothing)")), store),
    outcome,
  );
  file.addEventListener("change", () => ((store.disabled = true), fill(outcome)));
  store.addEventListener("click", () => run(false));

  async function run(isDry) {
    store.disabled = true;
    try {
      const done = await send(file.files[0], isDry);
      fill(outcome, ...report(done));
      store.disabled = !isDry || done.faults.length > 0 || done.added + done.changed === 0;
    } catch (problem) {
      fill(outcome, make("p", { class: "fault" }, problem.message));
    }
  }

  button.closest(".heading").after(form);
  button.disabled = true;
  file.focus();
}

async function send(file, isDry) {
  return ask(`/cameras/import?dry_run=${isDry}`, { method: "POST", content: file, type: "text/csv" });
}

function report(done) {
  const faults = done.faults.map((one) =>
    make("li", {}, say(`第 ${one.row} 行 ${one.column}：应为 ${one.expected}，实为 ${one.found}`, `row ${one.row} ${one.column}: expected ${one.expected}, found ${one.found}`)),
  );
  const rows = done.cameras.slice(0, 50).map((one) => make("li", {}, `${one.row} · ${ACTIONS[one.action]()} · ${one.name}`));
  const counts = say(`新增 ${done.added}，修改 ${done.changed}，不变 ${done.unchanged}`, `${done.added} new, ${done.changed} changed, ${done.unchanged} as they were`);
  return [
    make("p", {}, make("strong", {}, done.is_stored ? say("已保存：", "Stored: ") : say("尚未保存：", "Not stored: ")), counts),
    faults.length > 0 && make("ul", { class: "faults" }, faults),
    rows.length > 0 && make("ul", { class: "plain small" }, rows),
  ];
}
