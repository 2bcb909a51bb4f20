// What was told to whom, what waits and what was given up: alerts and dates, each to be sent again by hand.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useSearchParams } from "react-router";
import { api, type Delivery, type DeliveryState, type Me, type ReminderView, taken } from "../api/client";
import { deliveryStateValues } from "../api/generated/schema";
import { useCodes } from "../api/queries";
import { ForAdministrators, PeopleHeading } from "../people/people";
import { WideTable } from "../portrait/wide-table";
import { useSay } from "../shell/preferences";
import { dateName } from "../words/credit";
import { nameOf, shortClassName, stepName } from "../words/names";
import { day, fullTime } from "../words/say";
import { useDeliveries, useReminders } from "./queries";
import { deliveryStateName, reasonText, refused } from "./wishes";
import "../styles/people.css";

export default function Deliveries({ me }: { me: Me }) {
  const say = useSay();
  const [query, setQuery] = useSearchParams();
  if (!me.permissions.includes("manage_recipients")) return <ForAdministrators />;
  const state = deliveryStateValues.find((one) => one === query.get("state")) ?? "";
  const isDates = query.get("of") === "dates";
  const put = (name: string, value: string) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value);
    else next.delete(name);
    setQuery(next, { replace: true });
  };
  return (
    <div className="people-page">
      <PeopleHeading />
      <section className="card pad" aria-label={say("发送记录", "What was sent")}>
        <div className="chips">
          <Chip name={say("告警", "Alerts")} isOn={!isDates} choose={() => put("of", "")} />
          <Chip name={say("日期提醒", "Dates")} isOn={isDates} choose={() => put("of", "dates")} />
          <span className="gap" />
          <Chip name={say("全部", "All")} isOn={state === ""} choose={() => put("state", "")} />
          {deliveryStateValues.map((one) => (
            <Chip key={one} name={deliveryStateName(say, one)} isOn={state === one} choose={() => put("state", one)} />
          ))}
        </div>
        {isDates ? <Dates state={state} /> : <Alerts state={state} />}
      </section>
    </div>
  );
}

function Chip({ name, isOn, choose }: { name: string; isOn: boolean; choose: () => void }) {
  return (
    <button type="button" className="chip" aria-pressed={isOn} onClick={choose}>
      {name}
    </button>
  );
}

function Alerts({ state }: { state: DeliveryState | "" }) {
  const say = useSay();
  const { data: codes = [] } = useCodes();
  const { data, error, hasNextPage, fetchNextPage } = useDeliveries(state);
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  const about = (one: Delivery) => {
    const known = codes.find((code) => code.code === one.code);
    return `${shortClassName(say, one.class)} · ${known ? nameOf(say, known) : one.code} · ${stepName(say, one.step)}`;
  };
  return (
    <Rows
      error={error}
      isEmpty={data !== undefined && rows.length === 0}
      more={hasNextPage ? () => void fetchNextPage() : null}
    >
      {rows.map((one) => (
        <Row key={one.delivery_id} id={one.delivery_id} of="deliveries" row={one}>
          <Link to={`/alerts/${one.alert_id}`}>{about(one)}</Link>
        </Row>
      ))}
    </Rows>
  );
}

function Dates({ state }: { state: DeliveryState | "" }) {
  const say = useSay();
  const { data, error, hasNextPage, fetchNextPage } = useReminders(state);
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Rows
      error={error}
      isEmpty={data !== undefined && rows.length === 0}
      more={hasNextPage ? () => void fetchNextPage() : null}
    >
      {rows.map((one) => (
        <Row key={one.notice_id} id={one.notice_id} of="reminders" row={one}>
          <Link to={`/enterprises/${one.enterprise_id}`}>{one.enterprise_name}</Link> · {dateName(say, one.kind)}{" "}
          {day(say, one.on)}
        </Row>
      ))}
    </Rows>
  );
}

interface Listed {
  error: Error | null;
  isEmpty: boolean;
  more: (() => void) | null;
  children: ReactNode;
}

function Rows({ error, isEmpty, more, children }: Listed) {
  const say = useSay();
  return (
    <>
      {error && <p role="alert">{error.message}</p>}
      {isEmpty ? (
        <p className="soft empty">{say("没有记录。", "Nothing here.")}</p>
      ) : (
        <WideTable label={say("发送记录", "What was sent")}>
          <table className="people-table">
            <thead>
              <tr>
                <th scope="col">{say("接收人", "Recipient")}</th>
                <th scope="col">{say("内容", "About")}</th>
                <th scope="col">{say("状态", "State")}</th>
                <th scope="col">{say("时间", "When")}</th>
                <th scope="col">{say("尝试", "Tries")}</th>
                <th scope="col">{say("说明", "Reason")}</th>
                <th scope="col">{say("操作", "Do")}</th>
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </WideTable>
      )}
      {more && (
        <button type="button" className="plain" onClick={more}>
          {say("更早的记录", "Earlier ones")}
        </button>
      )}
    </>
  );
}

const LOOKS: Readonly<Record<DeliveryState, string>> = { waiting: "warn", sent: "good", dead: "class-I", dropped: "" };

interface RowGiven {
  id: number;
  of: "deliveries" | "reminders";
  row: Pick<Delivery & ReminderView, "recipient_name" | "state" | "settled_at" | "not_before" | "attempts" | "reason">;
  children: ReactNode;
}

function Row({ id, of, row, children }: RowGiven) {
  const say = useSay();
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () =>
      of === "deliveries"
        ? taken(api.POST("/api/v1/deliveries/{delivery_id}/again", { params: { path: { delivery_id: id } } }))
        : taken(api.POST("/api/v1/reminders/{notice_id}/again", { params: { path: { notice_id: id } } })),
    onSettled: () => void client.invalidateQueries({ queryKey: [of] }),
  });
  return (
    <tr data-row={id} data-state={row.state}>
      <th scope="row">{row.recipient_name}</th>
      <td className="detail">{children}</td>
      <td>
        <span className={`badge ${LOOKS[row.state]}`}>{deliveryStateName(say, row.state)}</span>
      </td>
      <td className="when">
        {row.settled_at
          ? fullTime(say, row.settled_at)
          : say(`不早于 ${fullTime(say, row.not_before)}`, `from ${fullTime(say, row.not_before)}`)}
      </td>
      <td>{row.attempts}</td>
      <td className="detail">{reasonText(say, row.reason)}</td>
      <td>
        {row.state !== "waiting" && (
          <button
            type="button"
            className="quiet"
            data-act="again"
            disabled={again.isPending}
            onClick={() => again.mutate()}
          >
            {say("重新发送", "Send again")}
          </button>
        )}
        {again.error && <span role="alert">{refused(say, again.error)}</span>}
      </td>
    </tr>
  );
}
