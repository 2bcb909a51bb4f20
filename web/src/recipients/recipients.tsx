// Who is told of alerts and dates: the list, a test message, and a form for a new one. For administrators.

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, type Me, type Recipient, taken } from "../api/client";
import { reachText } from "../people/accounts";
import { ForAdministrators, PeopleHeading } from "../people/people";
import { usePlaces } from "../people/places";
import { WideTable } from "../portrait/wide-table";
import { useSay } from "../shell/preferences";
import { RecipientForm } from "./form";
import { useRecipients } from "./queries";
import { channelName, quietText, reachOf, refused, wishText } from "./wishes";
import "../styles/people.css";

export default function Recipients({ me }: { me: Me }) {
  const say = useSay();
  const [edited, setEdited] = useState<Recipient | "new" | null>(null);
  const { data, error } = useRecipients();
  if (!me.permissions.includes("manage_recipients")) return <ForAdministrators />;
  return (
    <div className="people-page">
      <PeopleHeading />
      {edited !== null && (
        <RecipientForm
          key={edited === "new" ? "new" : edited.recipient_id}
          recipient={edited === "new" ? null : edited}
          isWholeAllowed={me.scope.is_everything}
          done={() => setEdited(null)}
        />
      )}
      <section className="card pad" aria-label={say("消息接收人", "Who is told")}>
        <div className="controls">
          <p className="soft">
            {say(
              "告警与日期提醒发给谁。未经人工核实的内容都会注明；消息不含画面。",
              "Who is told of alerts and dates. What nobody has verified says so; no message carries a picture.",
            )}
          </p>
          <Link className="push" to="/people/deliveries">
            {say("发送记录", "What was sent")}
          </Link>
          {edited === null && (
            <button type="button" className="plain main" id="recipient-begin" onClick={() => setEdited("new")}>
              {say("新建接收人", "Add a recipient")}
            </button>
          )}
        </div>
        {error && <p role="alert">{error.message}</p>}
        {data?.length === 0 && (
          <p className="soft empty">
            {say(
              "还没有接收人：告警只在本页面与 MQTT 中出现。",
              "There is none yet: alerts go to this console and to MQTT only.",
            )}
          </p>
        )}
        {data && data.length > 0 && <RecipientTable recipients={data} edit={setEdited} />}
      </section>
    </div>
  );
}

function RecipientTable({ recipients, edit }: { recipients: Recipient[]; edit: (one: Recipient) => void }) {
  const say = useSay();
  const places = usePlaces();
  return (
    <WideTable label={say("接收人列表", "List of recipients")}>
      <table className="people-table">
        <thead>
          <tr>
            <th scope="col">{say("名称", "Name")}</th>
            <th scope="col">{say("状态", "State")}</th>
            <th scope="col">{say("方式", "Way")}</th>
            <th scope="col">{say("范围", "Reach")}</th>
            <th scope="col">{say("内容", "What")}</th>
            <th scope="col">{say("免打扰", "Quiet hours")}</th>
            <th scope="col">{say("操作", "Do")}</th>
          </tr>
        </thead>
        <tbody>
          {recipients.map((one) => (
            <tr key={one.recipient_id} data-recipient={one.name}>
              <th scope="row">{one.name}</th>
              <td>
                {one.is_enabled ? (
                  <span className="badge good">{say("启用", "On")}</span>
                ) : (
                  <span className="badge">{say("停用", "Off")}</span>
                )}
              </td>
              <td>
                {channelName(say, one.channel)}
                <div className="soft small address">{one.shown_address}</div>
              </td>
              <td>{reachText(say, reachOf(one), places)}</td>
              <td className="detail">{wishText(say, one.wishes)}</td>
              <td>{quietText(say, one.wishes)}</td>
              <td>
                <TryOut recipient={one} />
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

// A message that is about no alert: whether the other side takes it is seen at once.
function TryOut({ recipient }: { recipient: Recipient }) {
  const say = useSay();
  const { recipient_id } = recipient;
  const test = useMutation({
    mutationFn: () => taken(api.POST("/api/v1/recipients/{recipient_id}/test", { params: { path: { recipient_id } } })),
  });
  return (
    <>
      <button
        type="button"
        className="quiet"
        data-act="test"
        disabled={test.isPending}
        onClick={() => test.mutate()}
        title={say("发送一条与告警无关的测试消息", "Send a message that is about no alert")}
      >
        {test.isPending ? say("正在发送…", "Sending…") : say("测试", "Test")}
      </button>
      <span role="status" className="small">
        {test.data?.is_sent && <span className="badge good">{say("对方已接收", "Taken")}</span>}
        {test.data && !test.data.is_sent && (
          <span className="badge class-I">{say(`未送达：${test.data.reason}`, `Not taken: ${test.data.reason}`)}</span>
        )}
        {test.error && refused(say, test.error)}
      </span>
    </>
  );
}
