// How a receiver's token is found and what it opens. It is sent in a header only: never in an address, never kept.

import type { Extract } from "../api/client";
import { Problem, problemOf } from "../api/client";
import type { Say } from "../words/say";

const TOKEN = /bkx_[A-Za-z0-9_-]{20,100}/;

// The token in a text that somebody pasted, or in the part of an address behind #; null where there is none.
export const tokenIn = (text: string): string | null => TOKEN.exec(text)?.[0] ?? null;

// Without cookies: whoever is logged in on this machine as well reads as the receiver, not as themselves.
export const asReceiver = (token: string): RequestInit => ({
  headers: { Authorization: `Bearer ${token}` },
  credentials: "omit",
  referrerPolicy: "no-referrer",
  cache: "no-store",
});

export async function read(token: string): Promise<Extract> {
  let answer: Response;
  try {
    answer = await fetch("/api/v1/extracts", asReceiver(token));
  } catch (fault) {
    throw new Problem(0, { type: "unreachable", detail: String(fault) });
  }
  const body: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw problemOf(answer, body);
  return body as Extract;
}

export function refusal(say: Say, error: Error | null): string {
  if (error === null) return "";
  const status = error instanceof Problem ? error.status : 0;
  if (status === 401 || status === 403)
    return say(
      "令牌打不开任何摘录：可能有误、已到期，或已被企业收回。",
      "The token opens no extract: it may be wrong, over, or taken back by the enterprise.",
    );
  if (status === 429) return say("读取过于频繁，请稍后再试。", "Too many reads; try again in a moment.");
  if (status === 0) return say("无法连接服务，请稍后再试。", "The service cannot be reached. Try again in a moment.");
  return say("服务暂时无法给出摘录，请稍后再试。", "The service cannot give the extract now. Try again in a moment.");
}
