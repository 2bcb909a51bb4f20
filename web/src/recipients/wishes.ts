// What is said about recipients: how they are reached, what they want to hear, and the form's answer as the service takes it.

import { Problem, type Recipient, type RecipientBody, type Wishes } from "../api/client";
import { refusalText } from "../people/accounts";
import { dateName } from "../words/credit";
import { named, shortClassName } from "../words/names";
import type { Say } from "../words/say";

export type Channel = Recipient["channel"];

export const channelName = named({
  mail: ["电子邮件", "E-mail"],
  wecom: ["企业微信群机器人", "WeCom robot"],
  dingtalk: ["钉钉群机器人", "DingTalk robot"],
  feishu: ["飞书群机器人", "Feishu robot"],
  webhook: ["系统对接（Webhook）", "System (webhook)"],
});

export const contactName = named({
  manager: ["负责人", "Manager"],
  food_safety_officer: ["食品安全员", "Food safety officer"],
  officer: ["属地监管人员", "Local officer"],
  authority: ["市场监管部门", "Market regulation office"],
  duty_phone: ["值班电话", "Duty phone"],
  fire_contact: ["消防联系人", "Fire contact"],
  integrator: ["集成商", "Integrator"],
});

export const deliveryStateName = named({
  waiting: ["待发送", "Waiting"],
  sent: ["已发送", "Sent"],
  dead: ["已放弃", "Given up"],
  dropped: ["已取消", "Dropped"],
});

// What the other side expects as an address, and whether it signs.
export const ADDRESSES: Readonly<Record<Channel, { example: string; signs: "no" | "may" | "must" }>> = {
  mail: { example: "name@example.com", signs: "no" },
  wecom: { example: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…", signs: "no" },
  dingtalk: { example: "https://oapi.dingtalk.com/robot/send?access_token=…", signs: "must" },
  feishu: { example: "https://open.feishu.cn/open-apis/bot/v2/hook/…", signs: "may" },
  webhook: { example: "https://…", signs: "must" },
};

const REASONS: Readonly<Record<string, string>> = {
  "quiet hours": "免打扰时段",
  "recipient deleted": "接收人已删除",
  "recipient switched off": "接收人已停用",
  "over by then": "届时现象已结束",
  "the step is not in the journal any more": "原记录已不存在",
  "the date is settled, has moved or passed, or is told otherwise": "日期已办结、变更、已过或已另行提醒",
};

// Why something waits or was not sent. What the other side answered stays in its own words.
export const reasonText = (say: Say, reason: string | null): string =>
  reason === null ? "" : say(REASONS[reason] ?? reason, reason);

// A sentence about what a recipient hears: the catalogue's contacts, what is filtered, and dates.
export function wishText(say: Say, wishes: Wishes): string {
  const list = (words: string[]) => words.join(say("、", ", "));
  const alerts = [
    ...(wishes.contacts.length > 0 ? [list(wishes.contacts.map((one) => contactName(say, one)))] : []),
    ...(wishes.classes.length > 0 ? [list(wishes.classes.map((one) => shortClassName(say, one)))] : []),
    ...(wishes.codes.length > 0
      ? [say(`${wishes.codes.length} 个风险代码`, `${wishes.codes.length} code${wishes.codes.length === 1 ? "" : "s"}`)]
      : []),
  ];
  const heard = alerts.length > 0 ? alerts.join(" · ") : say("全部告警", "All alerts");
  if (wishes.reminders.length === 0) return heard;
  return `${heard}${say("；提醒：", "; dates: ")}${list(wishes.reminders.map((one) => dateName(say, one)))}`;
}

// All times of a recipient are of this zone, wherever the screen stands.
export const zoneText = (say: Say, wishes: Wishes): string =>
  say(`时间按时区 ${wishes.timezone}`, `Times are of the zone ${wishes.timezone}`);

export function quietText(say: Say, wishes: Wishes): string {
  if (wishes.quiet.length === 0) return say("无", "None");
  return wishes.quiet.map((one) => `${one.start}–${one.end}`).join(say("、", ", "));
}

// The wishes of somebody new, as the service would fill them in.
export const NEW_WISHES: Wishes = {
  contacts: [],
  codes: [],
  classes: [],
  steps: [],
  language: "zh",
  timezone: "Asia/Shanghai",
  quiet: [],
  digest_classes: ["III"],
  digest_at: "18:00",
  reminders: [],
  remind_at: "09:00",
  messages_per_hour: 20,
  group_seconds: 30,
};

// What was typed into the form beside what the pickers hold.
export interface Typed {
  name: string;
  channel: Channel;
  address: string;
  secret: string;
  isEnabled: boolean;
}

// An empty address keeps the one that is there; whatever is typed with blanks around it is meant without them.
export function bodyOf(
  typed: Typed,
  reach: { is_everything: boolean; enterprise_ids: string[]; site_ids: string[] },
  wishes: Wishes,
): RecipientBody {
  const address = typed.address.trim();
  const secret = typed.secret.trim();
  return {
    name: typed.name.trim(),
    channel: typed.channel,
    reach: reach.is_everything
      ? { everything: true, enterprise_ids: [], site_ids: [] }
      : { everything: false, enterprise_ids: reach.enterprise_ids, site_ids: reach.site_ids },
    wishes,
    is_enabled: typed.isEnabled,
    ...(address ? { address, ...(secret ? { secret } : {}) } : {}),
  };
}

export const reachOf = (recipient: Recipient) => ({
  is_everything: recipient.reach.everything,
  enterprise_ids: recipient.reach.enterprise_ids,
  site_ids: recipient.reach.site_ids,
});

// What one is told where a recipient was refused.
export function refused(say: Say, error: unknown): string {
  if (!(error instanceof Problem)) return refusalText(say, error);
  if (error.kind === "recipient-name-taken" || error.kind === "name-taken")
    return say("已有同名的接收人。", "There is a recipient of that name already.");
  if (error.status === 412)
    return say("其他人刚刚修改过，请刷新后重试。", "Somebody has just changed it: load the page again.");
  const field = error.fields[0];
  if (field === undefined) return refusalText(say, error);
  const part = field.field.replace(/^body\.|^destination\./, "").split(".")[0] ?? "";
  const words: Record<string, string> = {
    address: say("地址不可用", "The address is not accepted"),
    secret: say("签名密钥不可用", "The secret is not accepted"),
    reach: say("范围不可用", "The reach is not accepted"),
    reminders: say("日期提醒需要选择整家企业", "Dates are told for whole enterprises"),
    wishes: say("内容设置不可用", "The wishes are not accepted"),
    name: say("名称不可用", "The name is not accepted"),
  };
  return words[part] ? `${words[part]}${say("：", ": ")}${field.expected}` : refusalText(say, error);
}
