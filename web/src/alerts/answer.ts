// The enterprise's answer: files first, one after the other, then the rectification that names them. Pure but for ports.

import { Problem } from "../api/client";

export const ACCEPTED = "image/jpeg,image/png,application/pdf";
export const MOST_FILES = 30; // of one alert, as the service counts them: those of earlier rectifications too
const TYPES = new Set(ACCEPTED.split(","));

export interface Picked {
  name: string;
  size: number;
  type: string;
}

export type Fault = "note" | "files" | "many" | "type" | "empty";

// Why an answer cannot be sent yet; null where it can. The alert has `kept` files; `unnamed` of them go with this answer.
export function faultOf(
  note: string,
  files: readonly Picked[],
  { kept, unnamed }: { kept: number; unnamed: number },
): { fault: Fault; name: string } | null {
  const wrong = files.find((file) => file.size === 0 || !TYPES.has(file.type));
  if (wrong) return { fault: wrong.size === 0 ? "empty" : "type", name: wrong.name };
  if (files.length + kept > MOST_FILES) return { fault: "many", name: "" };
  if (note.trim() === "") return { fault: "note", name: "" };
  if (files.length + unnamed === 0) return { fault: "files", name: "" };
  return null;
}

interface Kept {
  files: readonly { evidence_id: string }[];
  rectifications: readonly { files: readonly string[] }[];
}

// Files of the alert that no rectification has named yet: an answer that broke off goes on with them.
export function unused(life: Kept | null): string[] {
  const named = new Set(life?.rectifications.flatMap((one) => one.files) ?? []);
  return life?.files.map((file) => file.evidence_id).filter((id) => !named.has(id)) ?? [];
}

export interface Ports<File> {
  upload: (file: File) => Promise<{ evidence_id: string; sequence: number }>;
  uploaded: (file: File) => void; // it is with the alert now, whatever becomes of the rest
  rectify: (files: string[], sequence: number) => Promise<unknown>;
  told: (through: number) => void;
}

// Raises Problem "alert-conflict" where the alert went on meanwhile: what was answered is then no longer what stands.
export async function send<File>(
  files: readonly File[],
  already: readonly string[],
  sequence: number,
  ports: Ports<File>,
): Promise<void> {
  const ids = [...already];
  let known = sequence;
  for (const [number, file] of files.entries()) {
    ports.told(number);
    const added = await ports.upload(file);
    ports.uploaded(file);
    // The same content again makes no step; more than one step is somebody else's.
    if (added.sequence > known + 1) throw new Problem(409, { type: "urn:brightkitchen:problem:alert-conflict" });
    known = added.sequence;
    if (!ids.includes(added.evidence_id)) ids.push(added.evidence_id);
  }
  ports.told(files.length);
  await ports.rectify(ids, known);
}
