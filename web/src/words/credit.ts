// Names of what the credit record calls by short words. A word without a name here is shown as it is, never hidden.

import type { CodeView } from "../api/client";
import { lawName, named } from "./names";
import { day, type Say } from "./say";

export const colourName = named({ green: ["绿", "Green"], orange: ["橙", "Orange"], red: ["红", "Red"] });

export const standingName = named({
  known: ["有指数", "Has an index"],
  new: ["NEW · 新入库", "NEW"],
  insufficient: ["数据不足", "Too little data"],
});

export const enterpriseTypeName = named({
  restaurant: ["餐饮服务", "Restaurant"],
  canteen_school: ["学校食堂", "School canteen"],
  canteen_other: ["单位食堂", "Canteen"],
  central_kitchen: ["中央厨房", "Central kitchen"],
  takeaway_only: ["仅外卖", "Takeaway only"],
  work_site: ["施工现场", "Building site"],
});

export const capReason = named({
  open_class_one: ["存在未整改的一类问题，颜色不高于橙", "A class I finding is open: orange at best"],
  unresolved_class_one: ["一类问题逾期未整改，颜色为红", "A class I finding is open for too long: red"],
  grave_record: ["存在生效的严重处罚记录，颜色为红", "A grave decision is in force: red"],
});

export const ringName = named({
  county: ["本区县", "the county"],
  city: ["本市", "the city"],
  province: ["本省", "the province"],
  everywhere: ["全部", "everywhere"],
});

export const dateName = named({
  rectification_due: ["整改期限", "Correction is due"],
  earliest_repair: ["最早可申请修复", "Repair may be applied for"],
  publication_end: ["公示截止", "Publication ends"],
  licence_end: ["许可证有效期届满", "Licence ends"],
});

export const dateTask = named({
  rectification_due: ["请在期限内完成整改并提交凭证", "Correct it by then and hand in the proof"],
  earliest_repair: ["自当日起可申请信用修复（政策依据未经核实）", "From that day; the policy's text is unverified"],
  publication_end: ["届满后请核对是否已停止公示", "Check afterwards that it is published no more"],
  licence_end: ["请及时办理延续", "Have it extended in time"],
});

export const overdueTask = named({
  rectification_due: ["已逾期：请尽快整改并提交凭证", "Overdue: correct it and hand in the proof"],
  licence_end: ["已过期：请立即办理", "Over: see to it at once"],
});

export const remedyName = named({
  open: ["未整改", "Open"],
  on_time: ["按期整改", "Corrected on time"],
  late: ["逾期整改", "Corrected late"],
});

export const leadName = named({
  detected: ["AI 发现", "Found by AI"],
  confirmed: ["人工确认", "Confirmed"],
  dismissed: ["人工排除", "Dismissed"],
  abstained: ["无法判断", "Could not be told"],
  expired: ["逾期未核实", "Never reviewed in time"],
  unreviewed: ["尚未核实", "Not reviewed"],
  set_aside: ["暂不计入", "Set aside"],
});

export const supervisionName = named({
  confirmed: ["问题确认", "Finding confirmed"],
  disputed: ["企业异议", "Disputed"],
  suspended: ["暂不认定", "Suspended"],
  overturned: ["认定撤销", "Overturned"],
  rectified: ["提交整改", "Correction reported"],
  sent_back: ["退回整改", "Correction sent back"],
  verified: ["整改核实", "Correction verified"],
  closed: ["办结", "Closed"],
  observed: ["视频观察时长", "Hours observed"],
  share: ["自查", "Self-check"],
  inspection: ["监督检查", "Inspection"],
  level: ["通用信用分类", "General credit class"],
  burden: ["不利记录", "Adverse entry"],
  correction: ["更正", "Correction of an entry"],
});

export const extractPartName = named({
  index: ["安心指数及区间、等级", "Index with interval and grade"],
  records: ["公示中的记录", "Published records"],
});

export const grantStateName = named({
  standing: ["有效", "Stands"],
  withdrawn: ["已收回", "Taken back"],
  over: ["已到期", "Over"],
});

export const recordKindName = named({
  penalty: ["行政处罚", "Penalty"],
  list_entry: ["列入名录", "Entry of a list"],
  inspection_result: ["检查结果", "Result of an inspection"],
  correction_order: ["责令改正", "Order to correct"],
  interview: ["约谈", "Interview"],
  honour: ["荣誉", "Honour"],
});

export const severityName = named({
  minor: ["轻微", "Minor"],
  general: ["一般", "General"],
  grave: ["严重", "Grave"],
});

export const outcomeName = named({
  warning: ["警告", "Warning"],
  criticism: ["通报批评", "Public criticism"],
  fine: ["罚款", "Fine"],
  confiscation: ["没收", "Confiscation"],
  suspension: ["责令停产停业", "Suspension of business"],
  restriction: ["限制从业", "Restriction"],
  revocation: ["吊销许可", "Revocation of licence"],
  order: ["责令改正", "Order"],
  other: ["其他", "Other"],
});

export const procedureName = named({
  simple: ["简易程序", "Simple procedure"],
  ordinary: ["普通程序", "Ordinary procedure"],
  none: ["不适用", "None"],
});

export const recordStateName = named({
  recorded: ["已登记（未公示）", "On record, not published"],
  published: ["公示中", "Published"],
  contested: ["复议、诉讼或异议中", "Contested"],
  withdrawn: ["已撤回", "Withdrawn"],
  repaired: ["已修复", "Repaired"],
  expired: ["公示期满", "Expired"],
});

export const recordStepName = named({
  final: ["决定生效", "Became final"],
  contested: ["提出复议、诉讼或异议", "Contested"],
  published: ["公示", "Published"],
  withdrawn: ["撤回", "Withdrawn"],
  repaired: ["信用修复", "Repaired"],
  expired: ["公示期满", "Expired"],
});

export const listName = named({
  repairable: ["可修复", "May be repaired"],
  expired: ["已到期", "Expired"],
  not_yet: ["暂不可修复", "Not yet"],
});

const FIGURES = named({
  dimension: ["维度", "Dimension"],
  good: ["合格", "Good"],
  total: ["总数", "Of"],
  observed_seconds: ["观察到", "Observed"],
  open_seconds: ["营业", "Open"],
  score_tenths: ["得分", "Score"],
  weight_tenths: ["权重", "Weight"],
  acknowledged_after_seconds: ["响应用时", "Answered after"],
  level: ["类别", "Class"],
  ends_on: ["截止", "Until"],
  extent: ["程度", "Extent"],
});

// The figures of an entry in words and usual units: seconds as hours, tenths as a number with one place.
export function figureWords(say: Say, figures: Readonly<Record<string, unknown>>): string {
  return Object.entries(figures)
    .map(([name, value]) => `${FIGURES(say, name)} ${valueWords(say, name, value)}`)
    .join(" · ");
}

function valueWords(say: Say, name: string, value: unknown): string {
  if (typeof value === "number" && name.endsWith("_seconds"))
    return value < 3_600
      ? say(`${Math.round(value / 60)} 分钟`, `${Math.round(value / 60)} min`)
      : say(`${(value / 3_600).toFixed(1)} 小时`, `${(value / 3_600).toFixed(1)} h`);
  if (typeof value === "number" && name.endsWith("_tenths")) return (value / 10).toFixed(1);
  return String(value);
}

export interface NamedClause {
  text: string;
  url: string;
  isVerified: boolean | null; // null: the catalogue does not know it
}

// A clause as ledgers hold it ("id@version") in the words of the catalogue. Where that now has another version, the one
// on record is named, without the link to the newer text; a clause that it does not know stays as it is.
export function clauseOf(say: Say, reference: string, codes: readonly CodeView[]): NamedClause {
  const [id, version] = reference.split("@");
  const known = codes.flatMap((code) => code.clauses).find((clause) => clause.clause_id === id);
  if (known === undefined) return { text: reference, url: "", isVerified: null };
  const recorded = version ?? known.version;
  const text = `${lawName(say, known)}${recorded && say(`（${recorded}）`, ` (${recorded})`)} ${known.article}`;
  if (recorded !== known.version) return { text, url: "", isVerified: null };
  return { text, url: known.url, isVerified: known.verified };
}

// What the figure's owner may expect of a confirmed finding, in words.
export function recovery(
  say: Say,
  finding: { remedy: string; regained: number; due_on: string; faded_on: string; gone_on: string },
  asOf: string,
): string[] {
  const lines: string[] = [];
  if (finding.remedy === "open") {
    lines.push(
      finding.due_on < asOf
        ? say(`整改已逾期（期限 ${day(say, finding.due_on)}）`, `Correction overdue since ${day(say, finding.due_on)}`)
        : say(`整改期限 ${day(say, finding.due_on)}`, `To be corrected by ${day(say, finding.due_on)}`),
    );
    lines.push(
      finding.regained > 0
        ? say(
            `整改经核实后恢复 +${finding.regained.toFixed(1)} 分`,
            `A verified correction gives back +${finding.regained.toFixed(1)}`,
          )
        : say("整改经核实后的恢复不足 0.1 分", "A verified correction gives back less than 0.1"),
    );
  }
  const gone = say(`${day(say, finding.gone_on)} 起不再计入`, `gone on ${day(say, finding.gone_on)}`);
  // A window that ends before the points have faded ends them.
  lines.push(
    finding.faded_on < finding.gone_on
      ? say(
          `${day(say, finding.faded_on)} 起影响很小，${gone}`,
          `Hardly felt from ${day(say, finding.faded_on)}, ${gone}`,
        )
      : say(`影响随时间减小，${gone}`, `Fades with time, ${gone}`),
  );
  return lines;
}

const REASONS: Readonly<Record<string, string>> = {
  "公示期满，自动移出，无需申请": "The time of publication is over; it ends by itself, no application is needed",
  "决定正在复议、诉讼或异议中": "The decision is contested",
  在失信或异常名录中: "The enterprise is on a list that stands against it",
  未满最短公示期: "The least time of publication is not over",
  尚无义务履行完毕的证明: "There is no proof yet that all duties are done",
  已满最短公示期且义务已履行: "The least time of publication is over and the duties are done",
};
const EXCLUDED = "处罚种类不予提前修复：";

// Why a decision is on a list. The service says it in Chinese; a reason that is new here stays in its words.
export function repairReason(say: Say, reason: string): string {
  if (reason.startsWith(EXCLUDED)) {
    const outcomes = reason.slice(EXCLUDED.length).split("、");
    const names = outcomes.map((one) => outcomeName(say, one)).join(say("、", ", "));
    return say(`${EXCLUDED}${names}`, `Never repaired early: ${names}`);
  }
  return say(reason, REASONS[reason] ?? reason);
}

export const applicationStateName = named({
  drafted: ["已起草（未提交）", "Drafted, not filed"],
  filed: ["企业已提交", "Filed"],
  returned: ["退回补正", "Returned"],
  accepted: ["已受理", "Accepted"],
  granted: ["准予修复", "Granted"],
  refused: ["不予修复", "Refused"],
  withdrawn: ["企业撤回", "Withdrawn"],
});

export const checkName = named({
  legible: ["清晰度", "Legible"],
  template: ["模板版本", "Template"],
  draft_mark: ["草稿标记", "Draft mark"],
  empty_field: ["填写项", "Field"],
  date: ["填写日期", "Date"],
  name: ["企业名称", "Name"],
  credit_code: ["信用代码", "Credit code"],
  document_no: ["决定书文号", "Document number"],
  seal: ["印章", "Seal"],
  seal_name: ["印文名称", "Name in the seal"],
  signature: ["签名", "Signature"],
  attachments: ["附件份数", "Attachments"],
});

export const findingName = named({
  looks_right: ["看起来相符", "Looks right"],
  looks_wrong: ["请核对", "Please look"],
  could_not_tell: ["无法判断", "Could not tell"],
});

export const taskStateName = named({
  open: ["待分派", "Open"],
  assigned: ["已分派", "Assigned"],
  done: ["已完成", "Done"],
  dropped: ["不检查", "Dropped"],
});
