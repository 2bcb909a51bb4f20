// Shares with what stands behind them: never a figure without its number of cases and its interval.

import { clockTime, fullTime, locale, type Say } from "../words/say";

export interface Share {
  hits: number;
  total: number;
  value: number | null;
  low: number | null;
  high: number | null;
}

const percent = (value: number): string => `${Math.round(value * 100)}%`;

// "78% (95% 45%–94%, n=9)", or that there is nothing yet (`none`: in other words).
export function shareWords(say: Say, share: Share, none = say("尚无核实结论", "nothing judged yet")): string {
  if (share.total === 0 || share.value === null || share.low === null || share.high === null) return none;
  const interval = `${percent(share.low)}–${percent(share.high)}`;
  return say(
    `${percent(share.value)}（95% 区间 ${interval}，n=${share.total}）`,
    `${percent(share.value)} (95% ${interval}, n=${share.total})`,
  );
}

// What was dismissed of what could be judged: the same cases from the other side.
export function falseAlarms(share: Share): Share {
  const turned = (value: number | null) => (value === null ? null : 1 - value);
  return {
    hits: share.total - share.hits,
    total: share.total,
    value: turned(share.value),
    low: turned(share.high),
    high: turned(share.low),
  };
}

// A number that a person typed; null: left as it is, undefined: none.
export function typedSeconds(text: string): number | null | undefined {
  if (text.trim() === "") return null;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

// What <input type="datetime-local"> shows of a moment, in the screen's own time.
export function localMoment(moment: Date): string {
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

export function daysBefore(now: Date, days: number): string {
  return localMoment(new Date(now.getTime() - days * 86_400_000)).slice(0, 10);
}

// "from – to", the day once where both lie on one.
export function periodWords(say: Say, begins: string, ends: string): string {
  const [from, until] = [new Date(begins), new Date(ends)];
  const isOneDay = from.toDateString() === until.toDateString();
  const time = until.toLocaleTimeString(locale(say), { hour: "2-digit", minute: "2-digit", hour12: false });
  return `${fullTime(say, begins)} – ${isOneDay ? time : fullTime(say, ends)}`;
}

// When a trial was ordered and what it looks at: two of one minute can be told apart.
export function trialWords(say: Say, trial: { begins_at: string; ends_at: string; ordered_at: string }): string {
  const ordered = clockTime(say, trial.ordered_at);
  return `${periodWords(say, trial.begins_at, trial.ends_at)} · ${say(`${ordered} 发起`, `ordered ${ordered}`)}`;
}

interface Outcome {
  codes: readonly { code: string }[];
  thresholds: readonly { label: string }[];
  compared: readonly { code: string; before: number; after: number }[];
}

// What the tried numbers bear on, of what is judged on the camera. `labels` of a code: what its rule looks at.
export function quietCodes(trial: Outcome, labels: ReadonlyMap<string, readonly string[]>): string[] {
  const ordered = new Set(trial.codes.map((one) => one.code));
  const tried = new Set(trial.thresholds.map((one) => one.label));
  return trial.compared
    .filter((one) => !ordered.has(one.code) && one.before + one.after === 0)
    .filter((one) => labels.get(one.code)?.some((label) => tried.has(label)))
    .map((one) => one.code);
}
