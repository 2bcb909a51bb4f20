import type { Row, Step } from "../src/alerts/list";

export function row(number: number, changes: Partial<Row> = {}): Row {
  return {
    alert_id: `alert-${String(number).padStart(5, "0")}`,
    sequence: 1,
    state: "raised",
    reviewed: false,
    code: "pest.rodent",
    class: "I",
    name_zh: "鼠类活动",
    name_en: "Rodent activity",
    enterprise_id: "enterprise-1",
    enterprise_name: "示例餐饮有限公司",
    site_id: "site-1",
    site_name: "一号厨房",
    camera_id: "camera-1",
    camera_name: "粗加工间",
    zone_name: null,
    local_day: "2026-01-05",
    raised_at: "2026-01-05T08:00:00Z",
    started_at: "2026-01-05T08:00:00Z",
    ended_at: null,
    evidence: [],
    ...changes,
  };
}

export function step(number: number, name: string, changes: Partial<Row> = {}): Step {
  return { ...row(number, changes), step: name, at: "2026-01-05T08:00:01Z" };
}
