// A part that could not be read says so: where nothing stands, it must not look as if there were nothing to tell.

import type { Asked } from "../api/queries";
import { useSay } from "./preferences";

export function Unread({ of }: { of: Asked | readonly Asked[] }) {
  const say = useSay();
  const lost = (Array.isArray(of) ? (of as readonly Asked[]) : [of as Asked]).filter(
    (one) => one.error || (one.data === undefined && one.errorUpdateCount > 0),
  );
  if (lost.length === 0) return null;
  const why = lost.find((one) => one.error)?.error?.message;
  return (
    <p className="fault unread" role="alert">
      {why
        ? say(`读取失败，情况未知：${why}`, `Could not be read, so nothing is known: ${why}`)
        : say("读取失败，情况未知，正在重试…", "Could not be read, so nothing is known; trying again…")}
    </p>
  );
}
