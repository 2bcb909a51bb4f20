// One's own account: the second factor, tokens, and the logins that stand.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, type Me, taken } from "../api/client";
import { codeFault, FactorSetUp, given, RecoveryCodes } from "../login/factor";
import { useSay } from "../shell/preferences";
import { roleName } from "../words/names";
import { fullTime } from "../words/say";
import { LoginList } from "./logins";
import { OwnTokens } from "./tokens";
import "../styles/people.css";

export default function Account({ me }: { me: Me }) {
  const say = useSay();
  return (
    <div className="account-page">
      <div className="heading">
        <h1>{say("我的账户", "My account")}</h1>
        <span className="soft">
          {me.name} · {roleName(say, me.role)}
        </span>
        <Link className="button push" id="own-password" to="/account/password">
          {say("修改密码", "Change the password")}
        </Link>
        {me.permissions.includes("manage_accounts") && (
          <Link className="button" to="/people">
            {say("人员与权限", "People and access")}
          </Link>
        )}
      </div>
      <Factor />
      <OwnTokens me={me} />
      <Sessions />
    </div>
  );
}

function Factor() {
  const say = useSay();
  const client = useQueryClient();
  const [isSetting, setSetting] = useState(false);
  const { data: factor, error } = useQuery({
    queryKey: ["factor"],
    queryFn: () => taken(api.GET("/api/v1/me/second-factor")),
  });
  const renewed = () => {
    setSetting(false);
    for (const key of ["factor", "me", "sessions"]) void client.invalidateQueries({ queryKey: [key] });
  };
  if (error && !factor) return <p role="alert">{error.message}</p>;
  if (!factor) return <p className="loading soft">{say("正在载入…", "Loading…")}</p>;
  return (
    <section className="card pad" id="second-factor">
      <h2>{say("两步验证", "Second factor")}</h2>
      {factor.has_second_factor && factor.confirmed_at && !isSetting && (
        <>
          <p>
            <span className="badge good">{say("已启用", "On")}</span>{" "}
            {say(
              `自 ${fullTime(say, factor.confirmed_at)}；剩余恢复码 ${factor.recovery_left} 个`,
              `since ${fullTime(say, factor.confirmed_at)}; ${factor.recovery_left} recovery codes left`,
            )}
          </p>
          <Standing isRequired={factor.is_required} done={renewed} />
        </>
      )}
      {!factor.has_second_factor && !isSetting && (
        <>
          <p className="soft">
            {say(
              "登录时除密码外，还需输入手机应用显示的一次性验证码。",
              "Logging in then needs a code of your telephone beside the password.",
            )}
          </p>
          <button type="button" className="plain main" id="factor-begin" onClick={() => setSetting(true)}>
            {say("启用两步验证", "Switch it on")}
          </button>
        </>
      )}
      {isSetting && <FactorSetUp done={renewed} />}
    </section>
  );
}

function Standing({ isRequired, done }: { isRequired: boolean; done: () => void }) {
  const say = useSay();
  const renew = useMutation({
    mutationFn: (code: string) => taken(api.POST("/api/v1/me/second-factor/recovery-codes", { body: { code } })),
  });
  const remove = useMutation({
    mutationFn: (code: string) => taken(api.POST("/api/v1/me/second-factor/remove", { body: { code } })),
    onSuccess: done,
  });
  if (renew.data) return <RecoveryCodes codes={renew.data.recovery_codes} done={done} />;
  return (
    <form className="factor" onSubmit={(event) => renew.mutate(given(event, "code"))}>
      <label>
        {say("当前验证码", "Present code")}
        <input name="code" id="standing-code" autoComplete="one-time-code" required maxLength={40} />
      </label>
      <p className="fault" role="alert">
        {codeFault(say, renew.error ?? remove.error)}
      </p>
      <div className="actions">
        <button type="submit" className="plain" id="codes-renew">
          {say("重新生成恢复码", "New recovery codes")}
        </button>
        {!isRequired && (
          <button
            type="button"
            className="quiet"
            id="factor-remove"
            onClick={(event) => {
              const form = event.currentTarget.form;
              if (form?.reportValidity()) remove.mutate(String(new FormData(form).get("code")));
            }}
          >
            {say("停用两步验证", "Switch it off")}
          </button>
        )}
      </div>
    </form>
  );
}

function Sessions() {
  const say = useSay();
  const client = useQueryClient();
  const refresh = () => void client.invalidateQueries({ queryKey: ["sessions"] });
  const { data, error } = useQuery({
    queryKey: ["sessions"],
    queryFn: async () => (await taken(api.GET("/api/v1/me/sessions"))).items,
  });
  const end = useMutation({
    mutationFn: (session_id: string) =>
      taken(api.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id } } })),
    onSettled: refresh,
  });
  const endOthers = useMutation({
    mutationFn: () => taken(api.DELETE("/api/v1/me/sessions")),
    onSettled: refresh,
  });
  return (
    <section className="card pad" id="sessions">
      <h2>{say("登录设备", "Logins")}</h2>
      {(error ?? end.error ?? endOthers.error) && (
        <p role="alert">{(error ?? end.error ?? endOthers.error)?.message}</p>
      )}
      {data && (
        <LoginList
          logins={data}
          acts={(one) =>
            !one.is_current && (
              <button type="button" className="quiet" onClick={() => end.mutate(one.session_id)}>
                {say("结束", "End")}
              </button>
            )
          }
        />
      )}
      {data && data.length > 1 && (
        <button type="button" className="plain" id="end-others" onClick={() => endOthers.mutate()}>
          {say("结束其他所有登录", "End all others")}
        </button>
      )}
    </section>
  );
}
