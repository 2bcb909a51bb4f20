// People and access: every account with its rights, and a new one. For administrators.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, NavLink } from "react-router";
import { api, type ListedUser, type Me, type NewUser, type Role, taken } from "../api/client";
import { roleValues } from "../api/generated/schema";
import { WideTable } from "../portrait/wide-table";
import { useSay } from "../shell/preferences";
import { roleName } from "../words/names";
import { fullTime } from "../words/say";
import { listedUsers, reachText, refusalText } from "./accounts";
import { usePlaces } from "./places";
import { EVERYTHING, isEmpty, NOTHING, type Reach, ReachPicker } from "./scope";
import { Secret } from "./secret";
import "../styles/people.css";

export default function People({ me }: { me: Me }) {
  const say = useSay();
  const client = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const [text, setText] = useState("");
  const [isClosedShown, setClosedShown] = useState(false);
  const { data, error } = useQuery({
    queryKey: ["users"],
    queryFn: async () => (await taken(api.GET("/api/v1/users"))).items,
    enabled: me.permissions.includes("manage_accounts"),
  });
  if (!me.permissions.includes("manage_accounts")) return <ForAdministrators />;
  const closed = (data ?? []).filter((one) => !one.is_active).length;
  const shown = listedUsers(data ?? [], text, isClosedShown);
  return (
    <div className="people-page">
      <PeopleHeading />
      {isAdding ? (
        <AddPerson added={() => void client.invalidateQueries({ queryKey: ["users"] })} done={() => setAdding(false)} />
      ) : null}
      <section className="card pad" aria-label={say("账户", "Accounts")}>
        <div className="controls">
          <label htmlFor="seek-person" className="soft">
            {say("搜索", "Search")}
          </label>
          <input id="seek-person" type="search" value={text} onChange={(event) => setText(event.target.value)} />
          {closed > 0 && (
            <label className="check">
              <input type="checkbox" checked={isClosedShown} onChange={() => setClosedShown(!isClosedShown)} />
              {say(`显示已停用（${closed}）`, `Closed ones too (${closed})`)}
            </label>
          )}
          {!isAdding && (
            <button type="button" className="plain main push" id="person-begin" onClick={() => setAdding(true)}>
              {say("新建账户", "Add a person")}
            </button>
          )}
        </div>
        {error && <p role="alert">{error.message}</p>}
        {data && <UserTable users={shown} />}
      </section>
    </div>
  );
}

export function ForAdministrators() {
  const say = useSay();
  return (
    <p className="card pad" role="alert">
      {say("仅管理员可管理人员与权限。", "People and access are for administrators.")}
    </p>
  );
}

export function PeopleHeading() {
  const say = useSay();
  return (
    <div className="heading">
      <h1>{say("人员与权限", "People and access")}</h1>
      <nav className="tabs" aria-label={say("人员与权限", "People and access")}>
        <NavLink to="/people" end>
          {say("账户", "Accounts")}
        </NavLink>
        <NavLink to="/people/recipients">{say("消息接收", "Who is told")}</NavLink>
        <NavLink to="/people/receivers">{say("推送平台", "Platforms")}</NavLink>
        <NavLink to="/people/log">{say("账户日志", "Account log")}</NavLink>
        <NavLink to="/account">{say("我的账户", "My account")}</NavLink>
      </nav>
    </div>
  );
}

function UserTable({ users }: { users: ListedUser[] }) {
  const say = useSay();
  const places = usePlaces();
  if (users.length === 0) return <p className="soft empty">{say("没有符合的账户。", "No account fits.")}</p>;
  return (
    <WideTable label={say("账户列表", "List of accounts")}>
      <table className="people-table">
        <thead>
          <tr>
            <th scope="col">{say("姓名", "Name")}</th>
            <th scope="col">{say("状态", "State")}</th>
            <th scope="col">{say("角色", "Role")}</th>
            <th scope="col">{say("范围", "Reach")}</th>
            <th scope="col">{say("两步验证", "Second factor")}</th>
            <th scope="col">{say("最近登录", "Last login")}</th>
          </tr>
        </thead>
        <tbody>
          {users.map((one) => (
            <tr key={one.user_id} data-person={one.name}>
              <th scope="row">
                <Link to={`/people/${one.user_id}`}>{one.name}</Link>
              </th>
              <td>
                <StateBadge user={one} />
              </td>
              <td>{roleName(say, one.role)}</td>
              <td>{reachText(say, one.scope, places)}</td>
              <td>{one.has_second_factor ? say("已启用", "On") : say("未启用", "Off")}</td>
              <td className="when">
                {one.last_login_at ? fullTime(say, one.last_login_at) : say("无记录", "None known")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}

export function StateBadge({ user }: { user: { is_active: boolean; must_change_password: boolean } }) {
  const say = useSay();
  if (!user.is_active) return <span className="badge">{say("已停用", "Closed")}</span>;
  if (user.must_change_password) return <span className="badge warn">{say("待设新密码", "Must set a password")}</span>;
  return <span className="badge good">{say("正常", "Active")}</span>;
}

function AddPerson({ added, done }: { added: () => void; done: () => void }) {
  const say = useSay();
  const [role, setRole] = useState<Role>("viewer");
  const [reach, setReach] = useState<Reach>(NOTHING);
  const scope = role === "admin" ? EVERYTHING : reach;
  const add = useMutation({
    mutationFn: (name: string): Promise<NewUser> => taken(api.POST("/api/v1/users", { body: { name, role, scope } })),
    onSuccess: added,
  });
  if (add.data)
    return (
      <div className="card pad">
        <Secret
          id="one-time-password"
          title={say(
            `${add.data.user.name} 的一次性密码（首次登录必须修改）`,
            `One-time password of ${add.data.user.name}, to be changed at the first login`,
          )}
          secret={add.data.one_time_password ?? ""}
          done={done}
        />
      </div>
    );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    add.mutate(String(new FormData(event.currentTarget).get("name")));
  };
  return (
    <form className="card pad person-form" onSubmit={submit}>
      <h2>{say("新建账户", "Add a person")}</h2>
      <label>
        {say("用户名", "Name for the login")}
        <input name="name" id="person-name" required maxLength={100} autoComplete="off" />
      </label>
      <RoleChoice role={role} change={setRole} />
      <ReachPicker
        id="person"
        reach={reach}
        change={setReach}
        whole={say("全部企业", "Everything")}
        isWholeOnly={role === "admin"}
      />
      <p className="fault" role="alert">
        {refusalText(say, add.error)}
      </p>
      <div className="actions">
        <button type="submit" className="plain main" id="person-add" disabled={add.isPending || isEmpty(scope)}>
          {say("创建账户", "Add")}
        </button>
        <button type="button" className="quiet" onClick={done}>
          {say("取消", "Cancel")}
        </button>
      </div>
    </form>
  );
}

export function RoleChoice({ role, change }: { role: Role; change: (role: Role) => void }) {
  const say = useSay();
  return (
    <label>
      {say("角色", "Role")}
      <select name="role" value={role} onChange={(event) => change(event.target.value as Role)}>
        {roleValues.map((one) => (
          <option key={one} value={one}>
            {roleName(say, one)}
          </option>
        ))}
      </select>
    </label>
  );
}
