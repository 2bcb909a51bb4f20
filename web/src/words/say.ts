// Two languages side by side where they are used, one at a time on the screen. Chinese first.

export type Language = "zh" | "en";
export type Say = (zh: string, en: string) => string;

export const speaking = (language: Language): Say => (language === "zh" ? (zh) => zh : (_, en) => en);

export const unavailable = (say: Say): string =>
  say("服务暂时不可用，请稍后再试。", "The service is not available just now. Try again in a moment.");

export const locale = (say: Say): string => say("zh-CN", "en-GB");

const TO_THE_MINUTE = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false } as const;
const TO_THE_SECOND = { ...TO_THE_MINUTE, second: "2-digit" } as const;

const shownTime = (say: Say, iso: string | null | undefined, parts: Intl.DateTimeFormatOptions): string =>
  iso ? new Date(iso).toLocaleString(locale(say), parts) : "—";

export const clockTime = (say: Say, iso: string | null | undefined): string => shownTime(say, iso, TO_THE_SECOND);

// To the second and with its year: what a record is told by, however old it is.
export const exactTime = (say: Say, iso: string | null | undefined): string =>
  shownTime(say, iso, { ...TO_THE_SECOND, year: "numeric" });

// A time with its year, for what goes back for long.
export const fullTime = (say: Say, iso: string): string => shownTime(say, iso, { ...TO_THE_MINUTE, year: "numeric" });

// A day of the calendar, which is the same wherever the screen stands.
export function day(say: Say, iso: string | null | undefined): string {
  if (!iso) return "—";
  const [year = "", month = "", date = ""] = iso.slice(0, 10).split("-");
  return say(`${year}-${month}-${date}`, `${date}/${month}/${year}`);
}

export function duration(say: Say, seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return say(`${whole} 秒`, `${whole} s`);
  if (whole < 3600) return say(`${Math.floor(whole / 60)} 分钟`, `${Math.floor(whole / 60)} min`);
  if (whole < 86400) return say(`${Math.floor(whole / 3600)} 小时`, `${Math.floor(whole / 3600)} h`);
  return say(`${Math.floor(whole / 86400)} 天`, `${Math.floor(whole / 86400)} d`);
}

export function ago(say: Say, seconds: number): string {
  const text = duration(say, seconds);
  return say(`${text}前`, `${text} ago`);
}

export function bytes(count: number): string {
  if (count < 1_000_000) return `${Math.max(1, Math.round(count / 1_000))} kB`;
  if (count < 1_000_000_000) return `${(count / 1_000_000).toFixed(1)} MB`;
  return `${(count / 1_000_000_000).toFixed(1)} GB`;
}

// A word that this console has no name for yet, such as a state that the service has learnt since.
export function spelled(word: string): string {
  return word.replaceAll("_", " ").replaceAll("-", " ");
}
