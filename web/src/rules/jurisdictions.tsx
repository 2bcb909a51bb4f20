// Jurisdictions of the catalogue, and what each says otherwise, from what into what, and why.

import { useCodes } from "../api/queries";
import { useSay } from "../shell/preferences";
import { nameOf } from "../words/names";
import { fieldName } from "../words/rules";
import { useRules } from "./queries";

export function Jurisdictions() {
  const say = useSay();
  const { data: page, error } = useRules();
  const { data: codes = [] } = useCodes();
  const names = new Map(codes.map((code) => [code.code, nameOf(say, code)]));
  return (
    <section aria-label={say("辖区", "Jurisdictions")} className="jurisdictions">
      {error && <p role="alert">{error.message}</p>}
      <p className="soft">
        {say(
          "整个服务使用一个辖区，由设置 BRIGHTKITCHEN_ALERTS__PROFILE 指定，重启后生效。",
          "The whole service has one jurisdiction; the setting BRIGHTKITCHEN_ALERTS__PROFILE names it, from the next start on.",
        )}
      </p>
      {page?.profiles.map((profile) => (
        <details key={profile.profile} className="card pad" data-profile={profile.profile}>
          <summary>
            <strong>{nameOf(say, profile)}</strong> <code>{profile.profile}</code>{" "}
            {profile.is_in_service && <span className="badge good">{say("使用中", "In service")}</span>}{" "}
            <span className="soft small">
              {profile.overrides.length === 0
                ? say("与目录一致", "as the catalogue")
                : say(
                    `改动 ${profile.overrides.length} 个代码`,
                    `changes ${profile.overrides.length} ${profile.overrides.length === 1 ? "code" : "codes"}`,
                  )}
              {profile.based_on && say(`，基于 ${profile.based_on}`, `, based on ${profile.based_on}`)}
            </span>
          </summary>
          {profile.remark && <p className="soft">{profile.remark}</p>}
          <ul className="bare">
            {profile.overrides.map((override) => (
              <li key={override.code} className="override">
                <strong>{names.get(override.code) ?? override.code}</strong> <code>{override.code}</code>
                <ul className="small">
                  {override.changes.map((change) => (
                    <li key={change.field}>
                      {fieldName(say, change.field)}: <del>{change.before || "—"}</del> →{" "}
                      <ins>{change.after || "—"}</ins>
                    </li>
                  ))}
                </ul>
                <p className="soft small">{override.because}</p>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </section>
  );
}
