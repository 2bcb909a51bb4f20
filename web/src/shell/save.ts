// A file that the service makes, put where the browser keeps what it loads. A refusal can be told, unlike with a link.

import { Problem, problemOf } from "../api/client";

// The name in a Content-Disposition of ours, or the other one.
export function fileNameOf(header: string | null, other: string): string {
  const name = /filename="([^"]+)"/.exec(header ?? "")?.[1];
  return name === undefined ? other : decodeURIComponent(name);
}

// Throws Problem where it is refused or nobody answers.
export async function save(address: string, other: string, asked: RequestInit = {}): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(address, { referrerPolicy: "no-referrer", ...asked });
  } catch (fault) {
    throw new Problem(0, { type: "unreachable", detail: String(fault) });
  }
  if (!answer.ok) throw problemOf(answer, await answer.json().catch(() => null));
  keep(await answer.blob(), fileNameOf(answer.headers.get("Content-Disposition"), other));
}

// What the page itself has made.
export function keep(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // a browser may ask first where to put it
}
