// Two languages side by side in the code, one at a time on the screen: Chinese first, the choice is remembered.

const KEY = "brightkitchen.language";
let language = remembered() === "en" ? "en" : "zh";

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage may be switched off; then the choice lasts as long as the page
  }
}

export function say(zh, en) {
  return language === "zh" ? zh : en;
}

export function currentLanguage() {
  return language;
}

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // see remembered()
  }
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

document.documentElement.lang = language === "zh" ? "zh-CN" : "en";

// Builds elements from texts, never from markup: what a camera or an enterprise is called cannot become a script.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (value === true) element.setAttribute(name, "");
    else element.setAttribute(name, value);
  }
  return fill(element, ...children);
}

// Puts these in the place of what the element held. What is null, undefined or false is left out, so that a part can
// be made to depend on something; the browser's own replaceChildren would write "false".
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const LEAD = () => say("AI 线索，未经人工核实，不作为处罚依据", "AI lead, not verified by a person; no basis for a penalty");

export const CLASS_NAMES = {
  I: () => say("一类 · 立即处置", "Class I · at once"),
  II: () => say("二类 · 限期整改", "Class II · by a deadline"),
  III: () => say("三类 · 日常监管", "Class III · daily"),
  ops: () => say("设备", "Device"),
};

export const STATE_NAMES = {
  raised: () => say("未核实", "Unreviewed"),
  acknowledged: () => say("已签收 · 未核实", "Acknowledged · unreviewed"),
  confirmed: () => say("已确认", "Confirmed"),
  dismissed: () => say("已排除", "Dismissed"),
  unclear: () => say("无法判断", "Unclear"),
  in_review: () => say("审看中 · 未核实", "In review · unreviewed"),
  notified: () => say("已告知企业", "Enterprise notified"),
  disputed: () => say("有异议", "Disputed"),
  rectified: () => say("已整改 · 待核实", "Rectified · to be verified"),
  verified: () => say("整改已核实", "Verified"),
  closed: () => say("已办结", "Closed"),
};

export const STEP_NAMES = {
  raised: () => say("AI 发现", "Found by AI"),
  updated: () => say("证据更新", "Evidence updated"),
  ended: () => say("现象结束", "No longer seen"),
  acknowledged: () => say("人工签收", "Acknowledged"),
  confirmed: () => say("人工确认", "Confirmed"),
  dismissed: () => say("人工排除", "Dismissed"),
  unclear: () => say("无法判断", "Found unclear"),
  reviewed: () => say("已审看（待另一人）", "Reviewed (another one is awaited)"),
  notified: () => say("告知企业", "Enterprise notified"),
  sent_back: () => say("退回整改", "Sent back"),
  verified: () => say("核实整改", "Verified"),
  paused: () => say("暂停计时", "Clocks paused"),
  resumed: () => say("恢复计时", "Clocks resumed"),
  overdue: () => say("超时提醒", "Overdue"),
  risen: () => say("风险等级上升", "Class has risen"),
  disputed: () => say("提出异议", "Disputed"),
  rectified: () => say("完成整改", "Rectified"),
  closed: () => say("办结", "Closed"),
};

export const DUTY_OWED = {
  acknowledge: () => say("签收", "Acknowledge"),
  review: () => say("人工核实", "Review"),
  notify: () => say("告知企业", "Notify the enterprise"),
  rectify: () => say("企业整改", "Rectify"),
  decide: () => say("复核异议", "Decide the dispute"),
  verify: () => say("核实整改", "Verify"),
};

export const TOLD_NAMES = {
  manager: () => say("门店负责人", "the manager"),
  reviewer: () => say("审看人员", "the reviewers"),
  officer: () => say("监管人员", "the officer"),
  supervisor: () => say("监管负责人", "the supervisor"),
};

export const ROLE_NAMES = {
  admin: () => say("管理员", "Administrator"),
  operator: () => say("企业操作员", "Operator"),
  regulator: () => say("监管人员", "Regulator"),
  viewer: () => say("只读", "Viewer"),
  privacy: () => say("隐私负责人", "Privacy officer"),
};

export const DUTY_NAMES = {
  must: () => say("应（强制）", "must"),
  zone_must: () => say("特定区域应", "must, in certain zones"),
  local_must: () => say("地方规定应", "must, by local law"),
  should: () => say("宜（建议）", "should (advice)"),
  safety: () => say("安全", "safety"),
  ops: () => say("设备运行", "device"),
};

export function nameOf(thing) {
  return say(thing.name_zh, thing.name_en);
}

const locale = () => (language === "zh" ? "zh-CN" : "en-GB");

export function clockTime(iso) {
  const options = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };
  return iso ? new Date(iso).toLocaleString(locale(), options) : "—";
}

export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return say(`${whole} 秒`, `${whole} s`);
  if (whole < 3600) return say(`${Math.floor(whole / 60)} 分钟`, `${Math.floor(whole / 60)} min`);
  if (whole < 86400) return say(`${Math.floor(whole / 3600)} 小时`, `${Math.floor(whole / 3600)} h`);
  return say(`${Math.floor(whole / 86400)} 天`, `${Math.floor(whole / 86400)} d`);
}

export const ago = (iso) => agoSeconds((Date.now() - new Date(iso).getTime()) / 1000);

export function agoSeconds(seconds) {
  const text = duration(seconds);
  return say(`${text}前`, `${text} ago`);
}
