// Tokens of programs: what each may, how far it reaches, until when. One makes one's own; administrators revoke any.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, type Me, type Role, type TokenView, taken } from "../api/client";
import { roleValues } from "../api/generated/schema";
import { useSay } from "../shell/preferences";
import { roleName } from "../words/names";
import { fullTime } from "../words/say";
import { type Places, reachText, refusalText, tokenState } from "./accounts";
import { usePlaces } from "./places";
import { EVERYTHING, isEmpty, type Reach, ReachPicker } from "./scope";
import { Secret } from "./secret";

const LIFETIMES = [30, 90, 365, 0] as const; // days; 0: without end

export function OwnTokens({ me }: { me: Me }) {
  const say = useSay();
  const client = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const refresh = () => void client.invalidateQueries({ queryKey: ["tokens", "own"] });
  const { data, error } = useQuery({
    queryKey: ["tokens", "own"],
    queryFn: async () => (await taken(api.GET("/api/v1/tokens"))).items,
  });
  const revoke = useMutation({
    mutationFn: (token_id: string) =>
      taken(api.DELETE("/api/v1/tokens/{token_id}", { params: { path: { token_id } } })),
    onSettled: refresh,
  });
  return (
    <section className="card pad" id="tokens">
      <h2>{say("程序令牌", "Tokens for programs")}</h2>
      <p className="soft">
        {say(
          "令牌让程序以您的身份访问接口，权限不会超过您本人。",
          "A token lets a program act for you, never with more than you may.",
        )}
      </p>
      {error && <p role="alert">{error.message}</p>}
      {data && <TokenList tokens={data} revoke={revoke.mutate} />}
      <p className="fault" role="alert">
        {refusalText(say, revoke.error)}
      </p>
      {isAdding ? (
        <AddToken me={me} added={refresh} done={() => setAdding(false)} />
      ) : (
        <button type="button" className="plain" id="token-begin" onClick={() => setAdding(true)}>
          {say("新建令牌", "New token")}
        </button>
      )}
    </section>
  );
}

export function TokenList({ tokens, revoke }: { tokens: TokenView[]; revoke: (token_id: string) => void }) {
  const say = useSay();
  const places = usePlaces();
  if (tokens.length === 0) return <p className="soft">{say("没有令牌。", "There is no token.")}</p>;
  return (
    <ul className="bare logins">
      {tokens.map((one) => (
        <TokenItem key={one.token_id} token={one} places={places} revoke={revoke} />
      ))}
    </ul>
  );
}

function TokenItem({ token, places, revoke }: { token: TokenView; places: Places; revoke: (id: string) => void }) {
  const say = useSay();
  const [isSure, setSure] = useState(false);
  const state = tokenState(token);
  return (
    <li data-token={token.name}>
      <div>
        <strong>{token.name}</strong> <span className="badge">{roleName(say, token.role)}</span>{" "}
        {state === "expired" && <span className="badge class-I">{say("已过期", "Expired")}</span>}
        {state === "soon" && <span className="badge warn">{say("即将到期", "Ends soon")}</span>}
        <p className="soft small">
          {say("范围：", "Reach: ")}
          {token.scope === null ? say("同账户本人", "as the account's") : reachText(say, token.scope, places)}
        </p>
        <p className="soft small">
          {token.expires_at === null
            ? say("长期有效", "Never ends")
            : say(`到期 ${fullTime(say, token.expires_at)}`, `Ends ${fullTime(say, token.expires_at)}`)}
          {" · "}
          {token.last_used_at === null
            ? say("从未使用", "never used")
            : say(`最近使用 ${fullTime(say, token.last_used_at)}`, `last used ${fullTime(say, token.last_used_at)}`)}
        </p>
      </div>
      {isSure ? (
        <span className="actions">
          <button type="button" className="plain danger" onClick={() => revoke(token.token_id)}>
            {say("确认吊销", "Revoke it")}
          </button>
          <button type="button" className="quiet" onClick={() => setSure(false)}>
            {say("取消", "Cancel")}
          </button>
        </span>
      ) : (
        <button type="button" className="quiet" data-act="revoke" onClick={() => setSure(true)}>
          {say("吊销", "Revoke")}
        </button>
      )}
    </li>
  );
}

function AddToken({ me, added, done }: { me: Me; added: () => void; done: () => void }) {
  const say = useSay();
  const [reach, setReach] = useState<Reach>(EVERYTHING);
  const add = useMutation({
    mutationFn: (form: FormData) => {
      const days = Number(form.get("days"));
      const { enterprise_ids, site_ids } = reach;
      return taken(
        api.POST("/api/v1/tokens", {
          body: {
            name: String(form.get("name")),
            role: String(form.get("role")) as Role,
            scope: reach.is_everything ? null : { enterprise_ids, site_ids },
            expires_in_days: days === 0 ? null : days,
          },
        }),
      );
    },
    onSuccess: added,
  });
  if (add.data)
    return <Secret id="token-secret" title={say("新令牌", "The new token")} secret={add.data.secret} done={done} />;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    add.mutate(new FormData(event.currentTarget));
  };
  return (
    <form className="person-form" onSubmit={submit}>
      <label>
        {say("名称", "Name")}
        <input name="name" id="token-name" required maxLength={100} />
      </label>
      <label>
        {say("权限（不高于本人）", "Role, no higher than yours")}
        <select name="role" id="token-role" defaultValue="viewer">
          {(me.role === "admin" ? roleValues : [...new Set<Role>(["viewer", me.role])]).map((role) => (
            <option key={role} value={role}>
              {roleName(say, role)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {say("有效期", "Good for")}
        <select name="days" id="token-days" defaultValue={90}>
          {LIFETIMES.map((days) => (
            <option key={days} value={days}>
              {days === 0 ? say("长期", "ever") : say(`${days} 天`, `${days} days`)}
            </option>
          ))}
        </select>
      </label>
      <ReachPicker id="token" reach={reach} change={setReach} whole={say("同本人的范围", "As far as I do")} />
      <p className="fault" role="alert">
        {refusalText(say, add.error)}
      </p>
      <div className="actions">
        <button type="submit" className="plain main" id="token-add" disabled={add.isPending || isEmpty(reach)}>
          {say("创建", "Make it")}
        </button>
        <button type="button" className="quiet" onClick={done}>
          {say("取消", "Cancel")}
        </button>
      </div>
    </form>
  );
}
