// Words of states that people teach.

import type { Schema } from "../api/client";
import { named } from "./names";
import type { Say } from "./say";

export const headStatusName = named({
  draft: ["未上线", "Not live"],
  live: ["已上线", "Live"],
  retired: ["已撤下", "Taken out of service"],
});

export const originName = named({
  camera: ["摄像机画面", "camera"],
  uploaded: ["上传", "uploaded"],
  review: ["人工核实告警", "verdict on an alert"],
  file: ["命令行文件", "file"],
});

export const actName = named({
  created: ["新建", "Made"],
  example_added: ["添加示例", "Example added"],
  example_removed: ["删除示例", "Example removed"],
  taught: ["训练", "Taught"],
  went_live: ["上线", "Put live"],
  rolled_back: ["退回较早版本", "Put back to an earlier version"],
  retired: ["撤下", "Taken out of service"],
  looked_anew: ["用新网络重新读取示例", "Examples looked at anew"],
});

export const doubtName = named({
  unsure: ["把握不足", "it is not sure enough"],
  unlike: ["与所有示例都不相似", "the picture is unlike all examples"],
});

const percent = (share: number): string => `${Math.round(share * 100)}%`;

// What a version lacks to go live, a sentence each.
export function lackText(say: Say, lack: Schema["LackView"]): string {
  const { kind, needed, found } = lack;
  if (kind === "examples")
    return say(
      `“${lack.state}”需要至少 ${needed} 个互不相同的示例，现有 ${found} 个`,
      `“${lack.state}” needs ${needed} different examples; it has ${found}`,
    );
  if (kind === "accuracy")
    return say(
      `留一准确率需达到 ${percent(needed)}，现为 ${percent(found)}`,
      `Leave-one-out accuracy must reach ${percent(needed)}; it is ${percent(found)}`,
    );
  if (kind === "lower_bound")
    return say(
      `准确率 95% 区间的下限需达到 ${percent(needed)}，现为 ${percent(found)}：请添加更多示例`,
      `The lower end of its 95 % interval must reach ${percent(needed)}; it is ${percent(found)}: add examples`,
    );
  return say(
    `至少要能回答 ${needed} 个留出的示例，现只回答 ${found} 个`,
    `It must dare to answer ${needed} of the left-out examples; it answers ${found}`,
  );
}
