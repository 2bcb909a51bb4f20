// One account: its rights, how it gets in, its tokens and logins, and what was done to it. For administrators.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Link, useParams } from "react-router";
import { api, type Me, taken, type UserView } from "../api/client";
import { useSay } from "../shell/preferences";
import { roleName } from "../words/names";
import { reachText, refusalText } from "./accounts";
import { LoginList } from "./logins";
import { ForAdministrators, PeopleHeading, RoleChoice, StateBadge } from "./people";
import { usePlaces } from "./places";
import { EVERYTHING, isEmpty, type Reach, ReachPicker } from "./scope";
import { Secret } from "./secret";
import { TokenList } from "./tokens";
import "../styles/people.css";

export default function Person({ me }: { me: Me }) {
  const say = useSay();
  const { userId = "" } = useParams();
  const { data: user, error } = useQuery({
    queryKey: ["users", userId],
    queryFn: () => taken(api.GET("/api/v1/users/{user_id}", { params: { path: { user_id: userId } } })),
    enabled: me.permissions.includes("manage_accounts"),
  });
  if (!me.permissions.includes("manage_accounts")) return <ForAdministrators />;
  return (
    <div className="people-page one">
      <PeopleHeading />
      {error && !user && <p role="alert">{error.message}</p>}
      {user && (
        <>
          <Rights
            key={`${user.user_id} ${JSON.stringify([user.role, user.scope, user.is_active])}`}
            user={user}
            me={me}
          />
          <Ways user={user} isOwn={user.user_id === me.user_id} />
          <Tokens user={user} />
          <Logins user={user} />
          <p>
            <Link to={`/people/log?person=${user.user_id}`}>
              {say("查看与该账户有关的日志", "What the log says of this account")}
            </Link>
          </p>
        </>
      )}
    </div>
  );
}

function useRenewed(user: UserView): () => void {
  const client = useQueryClient();
  return () => {
    for (const key of [["users"], ["tokens", user.user_id], ["sessions", user.user_id], ["account-log"]])
      void client.invalidateQueries({ queryKey: key });
  };
}

const reachOf = (user: UserView): Reach => ({
  is_everything: user.scope.is_everything ?? false,
  enterprise_ids: user.scope.enterprise_ids ?? [],
  site_ids: user.scope.site_ids ?? [],
});

function Rights({ user, me }: { user: UserView; me: Me }) {
  const say = useSay();
  const places = usePlaces();
  const [isChanging, setChanging] = useState(false);
  const isOwn = user.user_id === me.user_id;
  return (
    <section className="card pad" id="rights">
      <div className="line">
        <h2>{user.name}</h2>
        <StateBadge user={user} />
      </div>
      <dl className="facts">
        <div>
          <dt>{say("角色", "Role")}</dt>
          <dd data-fact="role">{roleName(say, user.role)}</dd>
        </div>
        <div>
          <dt>{say("范围", "Reach")}</dt>
          <dd>{reachText(say, user.scope, places)}</dd>
        </div>
        <div>
          <dt>{say("两步验证", "Second factor")}</dt>
          <dd>{user.has_second_factor ? say("已启用", "On") : say("未启用", "Off")}</dd>
        </div>
      </dl>
      {isOwn && (
        <p className="soft">
          {say("不能变更自己的权限，请由另一名管理员操作。", "Another administrator must change your own rights.")}
        </p>
      )}
      {!isOwn && !isChanging && (
        <div className="actions">
          {user.is_active && (
            <button type="button" className="plain" id="rights-change" onClick={() => setChanging(true)}>
              {say("变更角色与范围", "Change role and reach")}
            </button>
          )}
          <OpenOrClose user={user} />
        </div>
      )}
      {isChanging && <ChangeRights user={user} done={() => setChanging(false)} />}
    </section>
  );
}

function ChangeRights({ user, done }: { user: UserView; done: () => void }) {
  const say = useSay();
  const renewed = useRenewed(user);
  const [role, setRole] = useState(user.role);
  const [reach, setReach] = useState(reachOf(user));
  const scope = role === "admin" ? EVERYTHING : reach;
  const change = useMutation({
    mutationFn: () =>
      taken(
        api.PATCH("/api/v1/users/{user_id}", { params: { path: { user_id: user.user_id } }, body: { role, scope } }),
      ),
    onSuccess: () => {
      done();
      renewed();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <form className="person-form" onSubmit={submit}>
      <RoleChoice role={role} change={setRole} />
      <ReachPicker
        id="change"
        reach={reach}
        change={setReach}
        whole={say("全部企业", "Everything")}
        isWholeOnly={role === "admin"}
      />
      <p className="soft small">
        {say(
          "保存后该账户的登录全部结束，令牌立即按新权限生效。",
          "Its logins end when this is saved; its tokens follow at once.",
        )}
      </p>
      <p className="fault" role="alert">
        {refusalText(say, change.error)}
      </p>
      <div className="actions">
        <button type="submit" className="plain main" id="rights-save" disabled={change.isPending || isEmpty(scope)}>
          {say("保存", "Save")}
        </button>
        <button type="button" className="quiet" onClick={done}>
          {say("取消", "Cancel")}
        </button>
      </div>
    </form>
  );
}

function OpenOrClose({ user }: { user: UserView }) {
  const say = useSay();
  const renewed = useRenewed(user);
  const params = { path: { user_id: user.user_id } };
  const close = useMutation({
    mutationFn: () => taken(api.DELETE("/api/v1/users/{user_id}", { params })),
    onSuccess: renewed,
  });
  const open = useMutation({
    mutationFn: () => taken(api.PATCH("/api/v1/users/{user_id}", { params, body: { is_active: true } })),
    onSuccess: renewed,
  });
  if (!user.is_active)
    return (
      <Sure
        id="account-open"
        name={say("重新启用", "Open it again")}
        warning={say("账户将以原角色与范围重新启用。", "It opens with the role and reach above.")}
        fault={refusalText(say, open.error)}
        act={() => open.mutate()}
      />
    );
  return (
    <Sure
      id="account-close"
      name={say("停用账户", "Close the account")}
      warning={say(
        "停用后无法登录，全部令牌被吊销。账户及其记录保留。",
        "No login any more, and all tokens are revoked. The account and its records stay.",
      )}
      fault={refusalText(say, close.error)}
      act={() => close.mutate()}
    />
  );
}

// A step with a second thought, and with a reason where the service asks for one.
function Sure({
  id,
  name,
  warning,
  fault,
  act,
  asksReason = false,
}: {
  id: string;
  name: string;
  warning: string;
  fault: string;
  act: (reason: string) => void;
  asksReason?: boolean;
}) {
  const say = useSay();
  const [isOpen, setOpen] = useState(false);
  if (!isOpen)
    return (
      <button type="button" className="plain" id={id} onClick={() => setOpen(true)}>
        {name}
      </button>
    );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    act(String(new FormData(event.currentTarget).get("reason") ?? "").trim());
  };
  return (
    <form className="person-form sure" onSubmit={submit}>
      <p>{warning}</p>
      {asksReason && (
        <label>
          {say("理由（记入日志）", "Reason, for the log")}
          <input name="reason" required maxLength={1000} />
        </label>
      )}
      <p className="fault" role="alert">
        {fault}
      </p>
      <div className="actions">
        <button type="submit" className="plain danger" id={`${id}-sure`}>
          {say(`确认${name}`, name)}
        </button>
        <button type="button" className="quiet" onClick={() => setOpen(false)}>
          {say("取消", "Cancel")}
        </button>
      </div>
    </form>
  );
}

function Ways({ user, isOwn }: { user: UserView; isOwn: boolean }) {
  const say = useSay();
  const renewed = useRenewed(user);
  const params = { path: { user_id: user.user_id } };
  const password = useMutation({
    mutationFn: () => taken(api.POST("/api/v1/users/{user_id}/reset-password", { params })),
    onSuccess: renewed,
  });
  const factor = useMutation({
    mutationFn: (reason: string) =>
      taken(api.POST("/api/v1/users/{user_id}/reset-second-factor", { params, body: { reason } })),
    onSuccess: renewed,
  });
  if (isOwn || !user.is_active) return null;
  return (
    <section className="card pad" id="ways">
      <h2>{say("密码与两步验证", "Password and second factor")}</h2>
      {password.data ? (
        <Secret
          id="one-time-password"
          title={say("新的一次性密码（登录后必须修改）", "New one-time password, to be changed at the login")}
          secret={password.data.one_time_password ?? ""}
          done={password.reset}
        />
      ) : (
        <div className="actions">
          <Sure
            id="password-reset"
            name={say("重置密码", "Reset the password")}
            warning={say(
              "原密码立即失效，登录全部结束，两步验证不变。",
              "The old password and all logins end at once. A second factor stays.",
            )}
            fault={refusalText(say, password.error)}
            act={() => password.mutate()}
          />
          {user.has_second_factor && (
            <Sure
              id="factor-reset"
              name={say("重置两步验证", "Reset the second factor")}
              warning={say(
                "仅在核实本人身份、且手机遗失时使用。此后仅凭密码即可登录，直到重新设置。",
                "Only when the telephone is lost and you know who asks. The password alone opens until a new one is set.",
              )}
              fault={refusalText(say, factor.error)}
              act={(reason) => factor.mutate(reason)}
              asksReason
            />
          )}
        </div>
      )}
    </section>
  );
}

function Tokens({ user }: { user: UserView }) {
  const say = useSay();
  const renewed = useRenewed(user);
  const { data, error } = useQuery({
    queryKey: ["tokens", user.user_id],
    queryFn: async () =>
      (await taken(api.GET("/api/v1/users/{user_id}/tokens", { params: { path: { user_id: user.user_id } } }))).items,
  });
  const revoke = useMutation({
    mutationFn: (token_id: string) =>
      taken(
        api.DELETE("/api/v1/users/{user_id}/tokens/{token_id}", {
          params: { path: { user_id: user.user_id, token_id } },
        }),
      ),
    onSettled: renewed,
  });
  return (
    <Part id="tokens" title={say("程序令牌", "Tokens for programs")} error={error ?? revoke.error}>
      {data && <TokenList tokens={data} revoke={revoke.mutate} />}
    </Part>
  );
}

function Logins({ user }: { user: UserView }) {
  const say = useSay();
  const renewed = useRenewed(user);
  const params = { path: { user_id: user.user_id } };
  const { data, error } = useQuery({
    queryKey: ["sessions", user.user_id],
    queryFn: async () => (await taken(api.GET("/api/v1/users/{user_id}/sessions", { params }))).items,
  });
  const end = useMutation({
    mutationFn: () => taken(api.DELETE("/api/v1/users/{user_id}/sessions", { params })),
    onSettled: renewed,
  });
  return (
    <Part id="logins" title={say("登录设备", "Logins")} error={error ?? end.error}>
      {data?.length === 0 && <p className="soft">{say("当前没有登录。", "Nobody is logged in.")}</p>}
      {data && <LoginList logins={data} />}
      {data?.some((one) => !one.is_current) && (
        <button type="button" className="plain" id="logins-end" onClick={() => end.mutate()}>
          {data.some((one) => one.is_current)
            ? say("结束其他所有登录", "End all others")
            : say("结束全部登录", "End them all")}
        </button>
      )}
    </Part>
  );
}

function Part({ id, title, error, children }: { id: string; title: string; error: Error | null; children: ReactNode }) {
  const say = useSay();
  return (
    <section className="card pad" id={id}>
      <h2>{title}</h2>
      {error && <p role="alert">{refusalText(say, error)}</p>}
      {children}
    </section>
  );
}
