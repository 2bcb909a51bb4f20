// Platforms that are told of published records: the list, how it stands with what each is owed, a test, and a form.

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, type Me, taken } from "../api/client";
import { reachText } from "../people/accounts";
import { ForAdministrators, PeopleHeading } from "../people/people";
import { usePlaces } from "../people/places";
import { WideTable } from "../portrait/wide-table";
import { useSay } from "../shell/preferences";
import { ReceiverForm } from "./form";
import { useReceivers, useRecentPushes } from "./queries";
import { type Receiver, refused, tallyOf } from "./words";
import "../styles/people.css";

export default function Receivers({ me }: { me: Me }) {
  const say = useSay();
  const mayManage = me.permissions.includes("manage_recipients");
  const [edited, setEdited] = useState<Receiver | "new" | null>(null);
  const { data, error } = useReceivers(mayManage);
  if (!mayManage) return <ForAdministrators />;
  return (
    <div className="people-page">
      <PeopleHeading />
      {edited !== null && (
        <ReceiverForm
          key={edited === "new" ? "new" : edited.receiver_id}
          receiver={edited === "new" ? null : edited}
          isWholeAllowed={me.scope.is_everything}
          done={() => setEdited(null)}
        />
      )}
      <section className="card pad" aria-label={say("推送平台", "Platforms")}>
        <div className="controls">
          <p className="soft">
            {say(
              "公示中的记录推送给哪些平台。只推送执法人员已公示的决定；AI 线索与指数从不推送。",
              "Which platforms are told of published records. Only decisions that an officer has published go; leads and indexes never do.",
            )}
          </p>
          <Link className="push" to="/record-deliveries">
            {say("推送记录", "What was sent")}
          </Link>
          {edited === null && (
            <button type="button" className="plain main" id="receiver-begin" onClick={() => setEdited("new")}>
              {say("新建平台", "Add a platform")}
            </button>
          )}
        </div>
        {error && <p role="alert">{error.message}</p>}
        {data?.length === 0 && (
          <p className="soft empty">
            {say(
              "还没有平台：公示与撤回由执法人员逐一人工告知并确认。",
              "There is none yet: officers tell each receiver by hand and confirm it.",
            )}
          </p>
        )}
        {data && data.length > 0 && <ReceiverTable receivers={data} edit={setEdited} />}
      </section>
    </div>
  );
}

function ReceiverTable({ receivers, edit }: { receivers: Receiver[]; edit: (one: Receiver) => void }) {
  const say = useSay();
  const places = usePlaces();
  return (
    <WideTable label={say("平台列表", "List of platforms")}>
      <table className="people-table">
        <thead>
          <tr>
            <th scope="col">{say("名称", "Name")}</th>
            <th scope="col">{say("状态", "State")}</th>
            <th scope="col">{say("地址", "Address")}</th>
            <th scope="col">{say("范围", "Reach")}</th>
            <th scope="col">{say("推送情况", "Deliveries")}</th>
            <th scope="col">{say("操作", "Do")}</th>
          </tr>
        </thead>
        <tbody>
          {receivers.map((one) => (
            <tr key={one.receiver_id} data-receiver={one.name}>
              <th scope="row">{one.name}</th>
              <td>
                {one.is_enabled ? (
                  <span className="badge good">{say("启用", "On")}</span>
                ) : (
                  <span className="badge">{say("停用", "Off")}</span>
                )}
              </td>
              <td className="soft small address">{one.shown_address}</td>
              <td>
                {reachText(
                  say,
                  { is_everything: one.everything, enterprise_ids: one.enterprise_ids, site_ids: [] },
                  places,
                )}
              </td>
              <td>
                <Standing name={one.name} />
              </td>
              <td>
                <TryOut receiver={one} />
                <button type="button" className="quiet" data-act="edit" onClick={() => edit(one)}>
                  {say("修改", "Change")}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}

function Standing({ name }: { name: string }) {
  const say = useSay();
  const { data, error } = useRecentPushes(name);
  if (!data) return <span className="soft small">{error ? say("未知", "Not known") : "…"}</span>;
  const { delivered, open, overdue, givenUp } = tallyOf(data.items);
  const address = `/record-deliveries?${new URLSearchParams({ receiver: name })}`;
  return (
    <Link to={address} data-link="pushes">
      {data.items.length === 0 && say("尚无", "None yet")}
      {delivered > 0 && `${say("已送达", "delivered")} ${delivered}${data.isAll ? "" : "+"} `}
      {open > 0 && <span className="badge warn">{`${say("待推送", "waiting")} ${open}`}</span>}{" "}
      {overdue > 0 && <span className="badge class-I">{`${say("逾期", "late")} ${overdue}`}</span>}{" "}
      {givenUp > 0 && <span className="badge class-I">{`${say("已放弃", "given up")} ${givenUp}`}</span>}
    </Link>
  );
}

// A message that is about no record: whether the other side takes it is seen at once.
function TryOut({ receiver }: { receiver: Receiver }) {
  const say = useSay();
  const { receiver_id } = receiver;
  const test = useMutation({
    mutationFn: () =>
      taken(api.POST("/api/v1/record-receivers/{receiver_id}/test", { params: { path: { receiver_id } } })),
  });
  const answer =
    test.data && (test.data.status === null ? test.data.said : `HTTP ${test.data.status} ${test.data.said}`);
  return (
    <>
      <button
        type="button"
        className="quiet"
        data-act="test"
        disabled={test.isPending}
        onClick={() => test.mutate()}
        title={say("发送一条与任何记录无关的测试消息", "Send a message that is about no record")}
      >
        {test.isPending ? say("正在发送…", "Sending…") : say("测试", "Test")}
      </button>
      <span role="status" className="small">
        {test.data?.is_taken && <span className="badge good">{say("对方已接收", "Taken")}</span>}
        {test.data && !test.data.is_taken && (
          <span className="badge class-I">{say(`未送达：${answer}`, `Not taken: ${answer}`)}</span>
        )}
        {test.error && refused(say, test.error)}
      </span>
    </>
  );
}
