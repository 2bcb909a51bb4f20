// What each platform was told of public records, what waits and how long there is; officers try again, confirm or give up.

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { api, type Me, taken } from "../api/client";
import { pushStateValues } from "../api/generated/schema";
import { usePlaces } from "../people/places";
import { mayEnter } from "../portrait/figures";
import { WideTable } from "../portrait/wide-table";
import { useSay } from "../shell/preferences";
import { duration, fullTime, type Say } from "../words/say";
import { useAnswers, usePushes, useRenewed } from "./queries";
import {
  offeredPushActs,
  type Push,
  type PushAct,
  pushActionName,
  pushStateName,
  pushTone,
  reasonText,
  refused,
} from "./words";
import "../styles/people.css";

export default function RecordDeliveries({ me }: { me: Me }) {
  const say = useSay();
  if (!me.permissions.includes("read_credit"))
    return (
      <p className="card pad" role="alert">
        {say("您的账户无权查看信用档案。", "Your account may not read the credit record.")}
      </p>
    );
  return (
    <div className="people-page">
      <div className="heading">
        <h1>{say("公共记录推送", "Public records sent out")}</h1>
        {me.permissions.includes("manage_recipients") && (
          <Link to="/people/receivers">{say("管理推送平台", "Platforms")}</Link>
        )}
      </div>
      <Listed isOfficer={mayEnter(me)} />
    </div>
  );
}

function Listed({ isOfficer }: { isOfficer: boolean }) {
  const say = useSay();
  const [query, setQuery] = useSearchParams();
  const receiver = query.get("receiver") ?? "";
  const record = query.get("record") ?? "";
  const state = pushStateValues.find((one) => one === query.get("state")) ?? "";
  const put = (name: string, value: string) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value);
    else next.delete(name);
    setQuery(next, { replace: true });
  };
  const { data, error, hasNextPage, fetchNextPage } = usePushes({ receiver, record, state });
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="card pad" aria-label={say("推送记录", "What was sent")}>
      {!isOfficer && (
        <p className="soft small" id="read-only">
          {say("只读：重试、确认与放弃由执法人员操作。", "To be read only: officers try again, confirm and give up.")}
        </p>
      )}
      <div className="chips">
        <Chip name={say("全部", "All")} isOn={state === ""} choose={() => put("state", "")} />
        {pushStateValues.map((one) => (
          <Chip key={one} name={pushStateName(say, one)} isOn={state === one} choose={() => put("state", one)} />
        ))}
        {receiver && <Without name={`${say("平台", "Platform")}：${receiver}`} drop={() => put("receiver", "")} />}
        {record && <Without name={say("只看一份文书", "One decision only")} drop={() => put("record", "")} />}
      </div>
      {error && <p role="alert">{error.message}</p>}
      {data && rows.length === 0 && <p className="soft empty">{say("没有记录。", "Nothing here.")}</p>}
      {rows.length > 0 && (
        <WideTable label={say("推送记录", "What was sent")}>
          <table className="people-table pushes">
            <thead>
              <tr>
                <th scope="col">{say("平台", "Platform")}</th>
                <th scope="col">{say("内容", "About")}</th>
                <th scope="col">{say("状态", "State")}</th>
                <th scope="col">{say("时间与期限", "When")}</th>
                <th scope="col">{say("尝试", "Tries")}</th>
                <th scope="col">{say("说明", "Reason")}</th>
                <th scope="col">{say("操作", "Do")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((one) => (
                <Row key={one.delivery_id} push={one} isOfficer={isOfficer} />
              ))}
            </tbody>
          </table>
        </WideTable>
      )}
      {hasNextPage && (
        <button type="button" className="plain" onClick={() => void fetchNextPage()}>
          {say("更早的记录", "Earlier ones")}
        </button>
      )}
    </section>
  );
}

function Chip({ name, isOn, choose }: { name: string; isOn: boolean; choose: () => void }) {
  return (
    <button type="button" className="chip" aria-pressed={isOn} onClick={choose}>
      {name}
    </button>
  );
}

function Without({ name, drop }: { name: string; drop: () => void }) {
  const say = useSay();
  return (
    <button type="button" className="chip" aria-pressed onClick={drop} title={say("取消此筛选", "Drop this filter")}>
      {name} ✕
    </button>
  );
}

function Row({ push, isOfficer }: { push: Push; isOfficer: boolean }) {
  const say = useSay();
  const places = usePlaces();
  const [isOpen, setOpen] = useState(false);
  const address = `/enterprises/${push.enterprise_id}?ledger=c#record-${push.record_id}`;
  return (
    <tr data-push={push.delivery_id} data-state={push.state}>
      <th scope="row">{push.receiver}</th>
      <td className="detail">
        <Link to={address}>
          {pushActionName(say, push.action)} · {places.get(push.enterprise_id) ?? push.enterprise_id}
        </Link>
      </td>
      <td>
        <span className={`badge ${pushTone(push)}`}>{pushStateName(say, push.state)}</span>
      </td>
      <td>
        <When push={push} />
      </td>
      <td>
        {push.attempts > 0 ? (
          <button
            type="button"
            className="quiet"
            data-act="answers"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {say(`${push.attempts} 次`, `${push.attempts}`)}
          </button>
        ) : (
          "0"
        )}
      </td>
      <td className="detail">
        {push.confirmation ?? reasonText(say, push.reason)}
        {isOpen && <Answers deliveryId={push.delivery_id} />}
      </td>
      <td>{isOfficer && <Acts push={push} />}</td>
    </tr>
  );
}

function When({ push }: { push: Push }) {
  const say = useSay();
  if (push.delivered_at) return <span className="when">{fullTime(say, push.delivered_at)}</span>;
  return (
    <>
      <div>{say(`下达 ${fullTime(say, push.ordered_at)}`, `ordered ${fullTime(say, push.ordered_at)}`)}</div>
      {push.seconds_left !== null && <strong data-left>{leftText(say, push.seconds_left)}</strong>}
      {push.state === "waiting" && push.not_before && (
        <div className="soft small">
          {say(`下次 ${fullTime(say, push.not_before)}`, `next ${fullTime(say, push.not_before)}`)}
        </div>
      )}
    </>
  );
}

const leftText = (say: Say, seconds: number): string =>
  seconds > 0
    ? say(`剩余 ${duration(say, seconds)}`, `${duration(say, seconds)} left`)
    : say(`逾期 ${duration(say, -seconds)}`, `late by ${duration(say, -seconds)}`);

function Answers({ deliveryId }: { deliveryId: string }) {
  const say = useSay();
  const { data, error } = useAnswers(deliveryId, true);
  if (!data) return <p className="soft small">{error?.message ?? say("正在载入…", "Loading…")}</p>;
  return (
    <ol className="bare small" data-answers>
      {data.map((one) => (
        <li key={one.at}>
          {fullTime(say, one.at)} · {one.status === null ? say("无应答", "no answer") : `HTTP ${one.status}`}
          {one.said && ` · ${one.said}`}
        </li>
      ))}
    </ol>
  );
}

const actName = (say: Say, act: PushAct): string =>
  ({ again: say("再次推送", "Try again"), "give-up": say("放弃", "Give up"), confirm: say("人工确认", "Confirm") })[
    act
  ];

function Acts({ push }: { push: Push }) {
  const say = useSay();
  const renew = useRenewed("pushes");
  const [chosen, setChosen] = useState<PushAct | null>(null);
  const act = useMutation({
    mutationFn: ({ act: wanted, words }: { act: PushAct; words: string }) => sent(push.delivery_id, wanted, words),
    onSettled: renew,
    onSuccess: () => setChosen(null),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const words = String(new FormData(event.currentTarget).get("words") ?? "");
    if (chosen) act.mutate({ act: chosen, words });
  };
  return (
    <>
      {offeredPushActs(push.state).map((one) => (
        <button
          key={one}
          type="button"
          className="quiet"
          data-act={one}
          aria-pressed={one === "again" ? undefined : chosen === one}
          disabled={act.isPending}
          onClick={() =>
            one === "again" ? act.mutate({ act: one, words: "" }) : setChosen(chosen === one ? null : one)
          }
        >
          {actName(say, one)}
        </button>
      ))}
      {chosen && (
        <form className="push-words" onSubmit={submit}>
          <label>
            {chosen === "confirm"
              ? say("对方的确认（文号、经办人等）", "Its word: number, clerk")
              : say("放弃的理由（留在台账中）", "Why; it stays in the ledger")}
            <input name="words" required maxLength={1000} autoComplete="off" />
          </label>
          <button type="submit" className="plain main" disabled={act.isPending}>
            {actName(say, chosen)}
          </button>
        </form>
      )}
      {act.error && <span role="alert">{refused(say, act.error)}</span>}
    </>
  );
}

async function sent(deliveryId: string, act: PushAct, words: string): Promise<unknown> {
  const params = { path: { delivery_id: deliveryId } };
  if (act === "again") return taken(api.POST("/api/v1/record-deliveries/{delivery_id}/again", { params }));
  if (act === "give-up")
    return taken(api.POST("/api/v1/record-deliveries/{delivery_id}/give-up", { params, body: { reason: words } }));
  return taken(api.POST("/api/v1/deliveries/{delivery_id}/confirm", { params, body: { confirmation: words } }));
}
