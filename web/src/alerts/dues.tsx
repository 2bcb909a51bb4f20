// What must be done by when, where the service tells it.

import { useSay } from "../shell/preferences";
import { dutyName } from "../words/names";
import { clockTime } from "../words/say";

interface Due {
  duty: string;
  rung: number;
  due_at: string | null;
  overdue: boolean;
}

export function Dues({ alert }: { alert: object }) {
  const say = useSay();
  const dues = (alert as { clock?: { dues?: Due[] } }).clock?.dues ?? [];
  if (dues.length === 0) return null;
  return (
    <ul className="bare dues">
      {dues.map((due) => (
        <li key={`${due.duty} ${due.rung}`} className="line">
          <span>
            {dutyName(say, due.duty)}
            {due.rung > 1 && ` ${due.rung}`}
          </span>
          <span className="soft small">
            {due.due_at ? `${say("时限", "until")} ${clockTime(say, due.due_at)}` : say("计时已暂停", "clocks paused")}{" "}
            {due.overdue && <span className="badge class-I">{say("已超时", "overdue")}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
