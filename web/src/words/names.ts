// Names of what the service calls by short words. A word without a name here is shown as it is, never hidden.

import type { ClauseView } from "../api/client";
import { type Say, spelled } from "./say";

export type Names = Readonly<Record<string, readonly [string, string]>>;

export function named(names: Names): (say: Say, word: string) => string {
  return (say, word) => {
    const pair = names[word];
    return pair ? say(...pair) : spelled(word);
  };
}

export const lead = (say: Say): string =>
  say("AI 线索，未经人工核实，不作为处罚依据", "AI lead, not verified by a person; no basis for a penalty");
export const shortLead = (say: Say): string => say("AI 线索，未经人工核实", "AI lead, not verified by a person");
export const unknownPlace = (say: Say): string =>
  say("此处情况未知，不代表合规", "Nothing is known of this place; that does not mean it is fine");

export const className = named({
  I: ["一类 · 立即处置", "Class I · at once"],
  II: ["二类 · 限期整改", "Class II · by a deadline"],
  III: ["三类 · 日常监管", "Class III · daily"],
  ops: ["设备", "Device"],
});

export const shortClassName = named({
  I: ["一类", "Class I"],
  II: ["二类", "Class II"],
  III: ["三类", "Class III"],
  ops: ["设备", "Device"],
});

export const stateName = named({
  raised: ["未核实", "Unreviewed"],
  acknowledged: ["已签收 · 未核实", "Acknowledged · unreviewed"],
  in_review: ["审看中 · 未核实", "In review · unreviewed"],
  notified: ["已告知企业", "Enterprise notified"],
  verified: ["整改已核实", "Verified"],
  confirmed: ["已确认", "Confirmed"],
  dismissed: ["已排除", "Dismissed"],
  unclear: ["无法判断", "Unclear"],
  disputed: ["有异议", "Disputed"],
  rectified: ["已整改 · 待核实", "Rectified · to be verified"],
  closed: ["已办结", "Closed"],
});

export const stepName = named({
  raised: ["AI 发现", "Found by AI"],
  updated: ["证据更新", "Evidence updated"],
  ended: ["现象结束", "No longer seen"],
  acknowledged: ["人工签收", "Acknowledged"],
  confirmed: ["人工确认", "Confirmed"],
  dismissed: ["人工排除", "Dismissed"],
  unclear: ["无法判断", "Found unclear"],
  reviewed: ["已审看（待另一人）", "Reviewed (another one is awaited)"],
  notified: ["告知企业", "Enterprise notified"],
  sent_back: ["退回整改", "Sent back"],
  verified: ["核实整改", "Verified"],
  paused: ["暂停计时", "Clocks paused"],
  resumed: ["恢复计时", "Clocks resumed"],
  overdue: ["超时提醒", "Overdue"],
  risen: ["风险等级上升", "Class has risen"],
  disputed: ["提出异议", "Disputed"],
  rectified: ["完成整改", "Rectified"],
  closed: ["办结", "Closed"],
});

export const dutyName = named({
  acknowledge: ["签收", "Acknowledge"],
  review: ["人工核实", "Review"],
  notify: ["告知企业", "Notify the enterprise"],
  rectify: ["企业整改", "Rectify"],
  decide: ["复核异议", "Decide the dispute"],
  verify: ["核实整改", "Verify"],
});

// Who owes a duty: the enterprise, or the authority that reviews.
export const owerName = named({
  acknowledge: ["企业", "Enterprise"],
  rectify: ["企业", "Enterprise"],
  review: ["审看人", "Reviewer"],
  notify: ["审看人", "Reviewer"],
  decide: ["审看人", "Reviewer"],
  verify: ["审看人", "Reviewer"],
});

export const addresseeName = named({
  manager: ["负责人", "manager"],
  reviewer: ["审看人", "reviewer"],
  officer: ["监管人员", "officer"],
  supervisor: ["监管上级", "supervisor"],
});

const roles: Names = {
  admin: ["管理员", "Administrator"],
  operator: ["企业操作员", "Operator"],
  regulator: ["监管人员", "Regulator"],
  viewer: ["只读", "Viewer"],
  privacy: ["隐私负责人", "Privacy officer"],
};
export const roleName = named(roles);

export const conditionName = named({
  paused: ["已暂停", "Paused"],
  unconfirmed: ["待确认场所", "Place not confirmed"],
  forbidden: ["禁拍场所", "Must not be watched"],
  online: ["在线", "Online"],
  degraded: ["画面不稳", "Degraded"],
  offline: ["离线", "Offline"],
  tampered: ["画面不可信", "Picture unreliable"],
});

export const causeName = named({
  paused: ["已暂停", "paused"],
  unconfirmed: ["尚无人确认该处可以拍摄", "nobody has confirmed yet that it may be watched"],
  forbidden: ["该处禁止拍摄", "it must not be watched"],
  unreachable: ["无法连接", "cannot be reached"],
  timeout: ["无响应", "does not answer"],
  auth: ["用户名或密码被拒绝", "name or password refused"],
  not_found: ["地址或文件不存在", "no such address or file"],
  not_permitted: ["不允许访问", "access not permitted"],
  no_video: ["没有视频", "sends no video"],
  bad_data: ["数据损坏", "sends broken data"],
  unsupported: ["格式不支持", "format not supported"],
  redirect_loop: ["地址循环跳转", "redirects in a circle"],
  ended: ["播放结束", "played to its end"],
  stalled: ["画面停滞", "pictures stopped"],
  frozen: ["画面静止不变", "the same picture again and again"],
  dark: ["画面全黑，看不清", "too dark to see"],
  covered: ["镜头被遮挡", "lens covered"],
  defocused: ["画面模糊", "out of focus"],
  moved: ["镜头移位", "shows another place than it used to"],
  slow: ["画面过慢", "too few pictures"],
  device: ["设备故障", "device fault"],
  internal: ["内部故障", "internal fault"],
  not_placed: ["没有可用的计算资源", "no machine has room for it"],
  node_lost: ["所在节点失联，正在转移", "its machine is lost; moving elsewhere"],
  node_silent: ["边缘节点失联，情况未知", "its node is not heard; nothing is known"],
  not_told: ["节点在线，但未报告此摄像机", "its node is heard and tells nothing of it"],
  findings_only: ["仅上报线索，无法得知其状态", "sends findings only; how it is cannot be told"],
});

export const missingName = named({
  disk_full: ["磁盘已满", "the disk was full"],
  write_failed: ["写入失败", "it could not be written"],
  no_pictures: ["没有可用画面", "there were no pictures"],
  interrupted: ["制作中断", "it was interrupted"],
  not_masked: ["无法遮挡人脸，故未保存", "its faces could not be masked, so it was not kept"],
  store_unreachable: ["证据存储不可用", "the object store was away and its spool full"],
  overloaded: ["报警过多，来不及制作", "there were too many alerts at once"],
});

export const evidenceName = named({
  still: ["截图（人脸已遮挡）", "Still (faces masked)"],
  boxes: ["识别框数据", "Boxes (JSON)"],
  clip: ["视频片段（未遮挡）", "Clip (not masked)"],
});

const ENDED_UNSEEN: Record<string, readonly [string, string]> = {
  "camera removed": ["摄像机已移除", "camera removed"],
  "recording ended": ["录像已播放完", "recording ended"],
  "zone not looked at any more": [
    "该区域此后不看，未看到违规结束",
    "zone not looked at any more; it was not seen to end",
  ],
  "not judged at this hour": ["此时段不判断，未看到违规结束", "not judged at this hour; it was not seen to end"],
  "no longer judged here": ["此处不再判断，未看到违规结束", "no longer judged here; it was not seen to end"],
};

// Why the machine ended an alert that nobody saw end; other notes as they are.
export function machineNote(say: Say, note: string): string {
  const pair = ENDED_UNSEEN[note];
  return pair ? say(...pair) : note;
}

export const zoneTypeName = named({
  special_room: ["专间", "Special room"],
  special_area: ["专用操作区", "Special area"],
  cooking: ["烹饪", "Cooking"],
  rough_preparation: ["粗加工", "Rough preparation"],
  cutting: ["切配", "Cutting"],
  washing: ["餐用具洗消", "Washing"],
  serving: ["备餐", "Serving"],
  storage: ["库房", "Storage"],
  packing: ["打包", "Packing"],
  work_site: ["施工现场", "Building site"],
  other: ["其他", "Other"],
  ignored: ["忽略（不判断）", "Ignored (not judged)"],
  private: ["隐私区（分析前涂黑）", "Private (blacked out first)"],
  screen: ["屏幕（截图中遮挡）", "Screen (masked in stills)"],
});

export const labelName = named({
  person: ["人员", "person"],
  rodent: ["鼠类", "rodent"],
  cat: ["猫", "cat"],
  dog: ["狗", "dog"],
  cockroach: ["蟑螂", "cockroach"],
  cigarette: ["香烟", "cigarette"],
  phone: ["手机", "phone"],
  head_bare: ["未戴帽", "bare head"],
  face_masked: ["戴口罩", "masked face"],
  face_unmasked: ["未戴口罩", "unmasked face"],
  face_mask_misworn: ["口罩未戴好", "misworn mask"],
  helmet: ["安全帽", "helmet"],
  safety_vest: ["反光背心", "safety vest"],
  bin: ["垃圾桶", "bin"],
  bin_overflowing: ["垃圾桶满溢", "overflowing bin"],
  garbage: ["垃圾", "garbage"],
  fire: ["明火", "fire"],
  smoke: ["烟雾", "smoke"],
  glove: ["手套", "glove"],
  bare_hand: ["裸手", "bare hand"],
  wet_floor: ["地面积水", "wet floor"],
  "headwear absent": ["未见帽", "no headwear"],
  "kitchen_uniform absent": ["未见工服", "no uniform"],
  "mask absent": ["未见口罩", "no mask"],
});

export const attireName = named({
  headwear: ["帽", "headwear"],
  kitchen_uniform: ["工服", "uniform"],
  mask: ["口罩", "mask"],
});

export function nameOf(say: Say, thing: { name_zh: string; name_en: string }): string {
  return say(thing.name_zh, thing.name_en);
}

export function lawName(say: Say, clause: ClauseView): string {
  return say(clause.law, clause.law_en) || clause.clause_id;
}
