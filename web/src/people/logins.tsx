// Logins that stand, of oneself or of an account that one looks after.

import type { ReactNode } from "react";
import type { SessionView } from "../api/client";
import { useSay } from "../shell/preferences";
import { fullTime } from "../words/say";

export function LoginList({ logins, acts }: { logins: SessionView[]; acts?: (one: SessionView) => ReactNode }) {
  const say = useSay();
  return (
    <ul className="bare logins">
      {logins.map((one) => (
        <li key={one.session_id}>
          <div>
            <strong>{one.address || say("地址未知", "Address unknown")}</strong>{" "}
            {one.is_current && <span className="badge good">{say("本次登录", "This one")}</span>}
            <p className="soft small agent">{one.agent}</p>
            <p className="soft small">
              {fullTime(say, one.created_at)} → {fullTime(say, one.expires_at)}
            </p>
          </div>
          {acts?.(one)}
        </li>
      ))}
    </ul>
  );
}
