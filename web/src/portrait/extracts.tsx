// For the enterprise's own people: what it lets third parties read, who read, and how it takes that back.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, type ExtractPart, type ExtractRead, type Grant, type Me, taken } from "../api/client";
import { extractPartValues } from "../api/generated/schema";
import { Secret } from "../people/secret";
import { useSay } from "../shell/preferences";
import "../styles/people.css";
import { extractPartName, grantStateName } from "../words/credit";
import { fullTime } from "../words/say";
import { inOrder, itemsOf, readsByGrant, useGrants, useReads } from "./grants";

const LENGTHS = [7, 30, 90, 180, 365] as const; // days
const MOST_READS = 10; // shown of one grant

export function Extracts({ me, enterpriseId }: { me: Me; enterpriseId: string }) {
  const say = useSay();
  const client = useQueryClient();
  const [isGiving, setGiving] = useState(false);
  const grants = useGrants(enterpriseId);
  const reads = useReads(enterpriseId);
  const found = inOrder(itemsOf(grants.data));
  const byGrant = readsByGrant(itemsOf(reads.data));
  const refresh = () => void client.invalidateQueries({ queryKey: ["extract-grants", enterpriseId] });
  return (
    <section className="card pad" id="extracts" aria-label={say("授权第三方查阅", "Consents to third parties")}>
      <h2>{say("授权第三方查阅", "Consents to third parties")}</h2>
      <p className="soft">
        {say(
          "由企业自己决定：把指数和公示记录的摘录给谁（如贷款机构）、作何用途、多久。监管人员看不到授权对象，系统管理员可见。摘录中没有 AI 线索、告警、画面和颜色。",
          "The enterprise decides who (such as a lender) may read an extract of index and published records, what for and how long. Officers do not see to whom; administrators of the service do. No lead, alert, picture or colour is in it.",
        )}
      </p>
      {(grants.error ?? reads.error) && <p role="alert">{(grants.error ?? reads.error)?.message}</p>}
      {grants.data && found.length === 0 && <p className="soft">{say("还没有授权。", "None was given yet.")}</p>}
      <ul className="bare grants">
        {found.map((one) => (
          <Given
            key={one.grant_id}
            grant={one}
            reads={byGrant.get(one.grant_id) ?? []}
            isAll={reads.data !== undefined && !reads.hasNextPage}
            changed={refresh}
          />
        ))}
      </ul>
      {(grants.hasNextPage || reads.hasNextPage) && (
        <button
          type="button"
          className="quiet"
          onClick={() => {
            if (grants.hasNextPage) void grants.fetchNextPage();
            if (reads.hasNextPage) void reads.fetchNextPage();
          }}
        >
          {say("更早的授权与读取", "Earlier consents and reads")}
        </button>
      )}
      {me.role !== "operator" ? (
        <p className="soft small">
          {say("只有企业自己的操作员账户可以授权。", "Only an operator's account of the enterprise can consent.")}
        </p>
      ) : isGiving ? (
        <Give enterpriseId={enterpriseId} given={refresh} done={() => setGiving(false)} />
      ) : (
        <button type="button" className="plain" id="grant-begin" onClick={() => setGiving(true)}>
          {say("新的授权", "New consent")}
        </button>
      )}
    </section>
  );
}

interface GivenProps {
  grant: Grant;
  reads: readonly ExtractRead[];
  isAll: boolean;
  changed: () => void;
}

function Given({ grant, reads, isAll, changed }: GivenProps) {
  const say = useSay();
  const [isSure, setSure] = useState(false);
  const withdraw = useMutation({
    mutationFn: () =>
      taken(
        api.POST("/api/v1/enterprises/{enterprise_id}/extract-grants/{grant_id}/withdraw", {
          params: { path: { enterprise_id: grant.enterprise_id, grant_id: grant.grant_id } },
        }),
      ),
    onSettled: changed,
  });
  const count = `${reads.length}${isAll ? "" : "+"}`;
  const isStanding = grant.state === "standing";
  return (
    <li data-grant={grant.grant_id} data-state={grant.state}>
      <div className="line">
        <strong>{grant.receiver}</strong>
        <span className={`badge ${isStanding ? "good" : ""}`}>{grantStateName(say, grant.state)}</span>
      </div>
      <p>{grant.purpose}</p>
      <p className="soft small">
        {grant.parts.map((part) => extractPartName(say, part)).join(say("、", ", "))} ·{" "}
        {say(
          `${grant.given_by} 于 ${fullTime(say, grant.given_at)} 授权`,
          `given by ${grant.given_by}, ${fullTime(say, grant.given_at)}`,
        )}{" "}
        ·{" "}
        {grant.withdrawn_at === null
          ? say(`至 ${fullTime(say, grant.ends_at)}`, `until ${fullTime(say, grant.ends_at)}`)
          : say(
              `${grant.withdrawn_by} 于 ${fullTime(say, grant.withdrawn_at)} 收回`,
              `taken back by ${grant.withdrawn_by}, ${fullTime(say, grant.withdrawn_at)}`,
            )}
      </p>
      {reads.length === 0 ? (
        <p className="soft small">{isAll ? say("没有被读取过。", "Never read.") : "…"}</p>
      ) : (
        <details>
          <summary>
            {say(
              `读取 ${count} 次，最近 ${fullTime(say, reads[0]?.at ?? "")}`,
              `Read ${count} times, last ${fullTime(say, reads[0]?.at ?? "")}`,
            )}
          </summary>
          <ul className="bare small">
            {reads.slice(0, MOST_READS).map((one, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two reads may be of the same moment, and the list only grows
              <li key={place}>
                {fullTime(say, one.at)} · {say("来自", "from")} {one.address}
              </li>
            ))}
          </ul>
          {reads.length > MOST_READS && (
            <p className="soft small">{say(`仅列最近 ${MOST_READS} 次。`, `The last ${MOST_READS} only.`)}</p>
          )}
        </details>
      )}
      <p className="fault" role="alert">
        {withdraw.error?.message}
      </p>
      {isStanding &&
        (isSure ? (
          <span className="actions">
            <button
              type="button"
              className="plain danger"
              data-act="withdraw-sure"
              disabled={withdraw.isPending}
              onClick={() => withdraw.mutate()}
            >
              {say("确认收回", "Take it back")}
            </button>
            <button type="button" className="quiet" onClick={() => setSure(false)}>
              {say("取消", "Cancel")}
            </button>
            <span className="soft small">{say("已经读取的无法追回。", "What was read cannot be called back.")}</span>
          </span>
        ) : (
          <button type="button" className="quiet" data-act="withdraw" onClick={() => setSure(true)}>
            {say("收回", "Take back")}
          </button>
        ))}
    </li>
  );
}

function Give({ enterpriseId, given, done }: { enterpriseId: string; given: () => void; done: () => void }) {
  const say = useSay();
  const [parts, setParts] = useState<readonly ExtractPart[]>(extractPartValues);
  const give = useMutation({
    mutationFn: (form: FormData) =>
      taken(
        api.POST("/api/v1/enterprises/{enterprise_id}/extract-grants", {
          params: { path: { enterprise_id: enterpriseId } },
          body: {
            receiver: String(form.get("receiver")),
            purpose: String(form.get("purpose")),
            parts: [...parts],
            days: Number(form.get("days")),
          },
        }),
      ),
    onSuccess: given,
  });
  if (give.data)
    return (
      <div className="grant-secret">
        <Secret
          id="grant-secret"
          title={say(`给“${give.data.grant.receiver}”的令牌`, `The token for ${give.data.grant.receiver}`)}
          secret={give.data.secret}
          done={done}
        />
        <p className="soft small">
          {say(
            "请用可信的方式交给接收方。对方在此页面粘贴令牌即可查阅：",
            "Hand it over by a way that you trust. The receiver pastes it into this page: ",
          )}
          <code id="extract-address">{`${window.location.origin}/console/extract`}</code>
        </p>
      </div>
    );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    give.mutate(new FormData(event.currentTarget));
  };
  const toggle = (part: ExtractPart) =>
    setParts(parts.includes(part) ? parts.filter((one) => one !== part) : [...parts, part]);
  return (
    <form className="person-form" id="grant-form" onSubmit={submit}>
      <label>
        {say("接收方全称", "Receiver, its full name")}
        <input name="receiver" required maxLength={100} autoComplete="off" />
      </label>
      <label>
        {say("用途", "Purpose")}
        <input name="purpose" required maxLength={1000} autoComplete="off" />
      </label>
      <fieldset className="reach">
        <legend>{say("内容", "What it holds")}</legend>
        {extractPartValues.map((part) => (
          <label key={part} className="check">
            <input type="checkbox" name={part} checked={parts.includes(part)} onChange={() => toggle(part)} />
            {extractPartName(say, part)}
          </label>
        ))}
      </fieldset>
      <label>
        {say("有效期", "For")}
        <select name="days" defaultValue={30}>
          {LENGTHS.map((days) => (
            <option key={days} value={days}>
              {say(`${days} 天`, `${days} days`)}
            </option>
          ))}
        </select>
      </label>
      <p className="soft small">
        {say(
          "在有效期内，持有令牌的人可多次读取当日的情况；您随时可以收回。",
          "Until then whoever holds the token may read again and again, each time as of that day. You can take it back at any time.",
        )}
      </p>
      <p className="fault" role="alert">
        {give.error?.message}
      </p>
      <div className="actions">
        <button type="submit" className="plain main" id="grant-give" disabled={give.isPending || parts.length === 0}>
          {say("同意并生成令牌", "Consent and make the token")}
        </button>
        <button type="button" className="quiet" onClick={done}>
          {say("取消", "Cancel")}
        </button>
      </div>
    </form>
  );
}
