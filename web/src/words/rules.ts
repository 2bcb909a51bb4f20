// Words of rules, jurisdictions and trials.

import { named } from "./names";

export const legalDutyName = named({
  must: ["法定必须", "required by law"],
  zone_must: ["分区必须", "required in some zones"],
  local_must: ["地方必须", "required by local law"],
  should: ["倡导", "advice"],
  safety: ["安全", "safety"],
  ops: ["设备", "device"],
});

export const ruleKindName = named({
  pictures: ["画面", "pictures"],
  device: ["设备状态", "state of the device"],
  sensor: ["传感器读数", "readings of sensors"],
  licence: ["证照日期", "dates of licences"],
  none: ["尚无规则", "no rule yet"],
});

export const activeName = named({
  always: ["全天", "always"],
  business_hours: ["营业时间内", "while open"],
  outside_business_hours: ["营业时间外", "while closed"],
});

export const fieldName = named({
  class: ["分级", "class"],
  duty: ["义务", "duty"],
  clauses: ["条款", "clauses"],
  credit_eligible: ["可计入信用", "may count towards credit"],
  credit_condition: ["计入条件", "condition for credit"],
  remark: ["说明", "remark"],
  notify: ["通知对象", "who is told"],
  on_by_default: ["默认启用", "on by default"],
  minimum_seconds: ["停留秒数", "dwell in seconds"],
  cool_down_seconds: ["冷却秒数", "cool-down in seconds"],
  active: ["适用时段", "when it judges"],
  hours: ["钟点", "hours"],
});

export const trialStateName = named({
  waiting: ["排队中", "Waiting"],
  running: ["试算中", "Running"],
  done: ["已完成", "Done"],
  failed: ["未成功", "Failed"],
  cancelled: ["已取消", "Cancelled"],
});

export const verdictName = named({
  confirmed: ["人工已确认", "confirmed by a person"],
  dismissed: ["人工已排除", "dismissed by a person"],
  unclear: ["人工无法判断", "found unclear"],
});
