// A recipient's form: where it is reached, for which places, what it wants to hear and when.

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api, type Recipient, taken, type Wishes } from "../api/client";
import {
  channelValues,
  contactValues,
  languageValues,
  reminderKindValues,
  riskClassValues,
} from "../api/generated/schema";
import { useCodes } from "../api/queries";
import { EVERYTHING, isEmpty, NOTHING, type Reach, ReachPicker } from "../people/scope";
import { Choice } from "../shell/choice";
import { useSay } from "../shell/preferences";
import { dateName } from "../words/credit";
import { nameOf, shortClassName } from "../words/names";
import { useRenewedRecipients } from "./queries";
import {
  ADDRESSES,
  bodyOf,
  type Channel,
  channelName,
  contactName,
  NEW_WISHES,
  reachOf,
  refused,
  zoneText,
} from "./wishes";

interface Given {
  recipient: Recipient | null; // null: a new one
  isWholeAllowed: boolean;
  done: () => void;
}

export function RecipientForm({ recipient, isWholeAllowed, done }: Given) {
  const say = useSay();
  const renew = useRenewedRecipients();
  const [channel, setChannel] = useState<Channel>(recipient?.channel ?? "mail");
  const [reach, setReach] = useState<Reach>(recipient ? reachOf(recipient) : isWholeAllowed ? EVERYTHING : NOTHING);
  const [wishes, setWishes] = useState<Wishes>(recipient?.wishes ?? NEW_WISHES);
  const [isEnabled, setEnabled] = useState(recipient?.is_enabled ?? true);
  const isMoved = recipient !== null && recipient.channel !== channel;
  const save = useMutation({
    mutationFn: (form: FormData) => {
      const text = (name: string) => String(form.get(name) ?? "");
      const typed = { name: text("name"), channel, address: text("address"), secret: text("secret"), isEnabled };
      const body = bodyOf(typed, reach, wishes);
      if (recipient === null) return taken(api.POST("/api/v1/recipients", { body }));
      const { recipient_id, version } = recipient;
      return taken(
        api.PUT("/api/v1/recipients/{recipient_id}", {
          params: { path: { recipient_id } },
          body: { ...body, version },
        }),
      );
    },
    onSuccess: () => {
      renew();
      done();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  };
  const { signs, example } = ADDRESSES[channel];
  return (
    <form className="card pad person-form columns" id="recipient-form" onSubmit={submit}>
      <h2>
        {recipient ? say(`修改：${recipient.name}`, `Change ${recipient.name}`) : say("新建接收人", "Add a recipient")}
      </h2>
      <label>
        {say("名称", "Name")}
        <input
          name="name"
          id="recipient-name"
          required
          maxLength={100}
          autoComplete="off"
          defaultValue={recipient?.name}
        />
      </label>
      <label>
        {say("方式", "Way")}
        <select id="recipient-channel" value={channel} onChange={(event) => setChannel(event.target.value as Channel)}>
          {channelValues.map((one) => (
            <option key={one} value={one}>
              {channelName(say, one)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {say("地址", "Address")}
        <input
          name="address"
          id="recipient-address"
          type={channel === "mail" ? "text" : "password"}
          placeholder={recipient && !isMoved ? recipient.shown_address : example}
          required={recipient === null || isMoved}
          maxLength={2000}
          autoComplete="off"
        />
        <span className="soft small">
          {recipient && !isMoved
            ? say("留空则沿用原地址与密钥。", "Left empty, address and secret stay.")
            : say("加密保存，此后不再显示。", "It is sealed, and shown to nobody afterwards.")}
        </span>
      </label>
      {signs !== "no" && (
        <label>
          {signs === "must"
            ? say("签名密钥", "Secret to sign with")
            : say("签名密钥（可选）", "Secret to sign with, if any")}
          <input name="secret" id="recipient-secret" type="password" maxLength={2000} autoComplete="off" />
        </label>
      )}
      {isWholeAllowed ? (
        <ReachPicker id="recipient" reach={reach} change={setReach} whole={say("全部企业", "Everything")} />
      ) : (
        <ReachPicker
          id="recipient"
          reach={{ ...reach, is_everything: false }}
          change={(next) => setReach({ ...next, is_everything: false })}
          whole={say("全部企业（超出您的范围）", "Everything (beyond your reach)")}
        />
      )}
      <WhatPart wishes={wishes} change={setWishes} />
      <DatesPart
        wishes={wishes}
        change={setWishes}
        isPossible={reach.is_everything || reach.enterprise_ids.length > 0}
      />
      <WhenPart wishes={wishes} change={setWishes} isForPeople={channel !== "webhook"} />
      <label className="check">
        <input type="checkbox" checked={isEnabled} onChange={() => setEnabled(!isEnabled)} />
        {say("启用", "Switched on")}
      </label>
      <p className="fault" role="alert">
        {save.error ? refused(say, save.error) : ""}
      </p>
      <div className="actions">
        <button type="submit" className="plain main" id="recipient-save" disabled={save.isPending || isEmpty(reach)}>
          {say("保存", "Save")}
        </button>
        <button type="button" className="quiet" onClick={done}>
          {say("取消", "Cancel")}
        </button>
        {recipient && <Remove recipient={recipient} done={done} />}
      </div>
    </form>
  );
}

interface Part {
  wishes: Wishes;
  change: (wishes: Wishes) => void;
}

function Group({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <fieldset className="reach" id={id}>
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

function WhatPart({ wishes, change }: Part) {
  const say = useSay();
  const { data: codes = [] } = useCodes();
  const several = { mode: "multiple" as const, allowClear: true };
  return (
    <Group id="recipient-what" title={say("接收哪些告警", "Which alerts")}>
      <label htmlFor="recipient-contacts">
        {say("身份（按风险目录的通知对象）", "As whom, by the catalogue's notify")}
      </label>
      <Choice
        {...several}
        id="recipient-contacts"
        aria-label={say("身份", "As whom")}
        placeholder={say("不限：按以下条件", "Anybody: by what follows")}
        value={wishes.contacts}
        onChange={(contacts: Wishes["contacts"]) => change({ ...wishes, contacts })}
        options={contactValues.map((value) => ({ value, label: contactName(say, value) }))}
      />
      <label htmlFor="recipient-classes">{say("风险类别", "Classes")}</label>
      <Choice
        {...several}
        id="recipient-classes"
        aria-label={say("风险类别", "Classes")}
        placeholder={say("全部类别", "All classes")}
        value={wishes.classes}
        onChange={(classes: Wishes["classes"]) => change({ ...wishes, classes })}
        options={riskClassValues.map((value) => ({ value, label: shortClassName(say, value) }))}
      />
      <label htmlFor="recipient-codes">{say("风险代码", "Risk codes")}</label>
      <Choice
        {...several}
        id="recipient-codes"
        aria-label={say("风险代码", "Risk codes")}
        placeholder={say("全部风险代码", "All risk codes")}
        optionFilterProp="label"
        value={wishes.codes}
        onChange={(list: string[]) => change({ ...wishes, codes: list })}
        options={codes.map((code) => ({ value: code.code, label: nameOf(say, code) }))}
      />
    </Group>
  );
}

function DatesPart({ wishes, change, isPossible }: Part & { isPossible: boolean }) {
  const say = useSay();
  return (
    <Group id="recipient-dates" title={say("日期提醒", "Dates ahead")}>
      {!isPossible && (
        <p className="soft small">{say("仅适用于整家企业的范围。", "For a reach of whole enterprises only.")}</p>
      )}
      {reminderKindValues.map((kind) => (
        <label key={kind} className="check">
          <input
            type="checkbox"
            data-remind={kind}
            disabled={!isPossible}
            checked={isPossible && wishes.reminders.includes(kind)}
            onChange={(event) =>
              change({
                ...wishes,
                reminders: event.target.checked
                  ? [...wishes.reminders, kind]
                  : wishes.reminders.filter((one) => one !== kind),
              })
            }
          />
          {dateName(say, kind)}
        </label>
      ))}
      <label className="inline">
        {say("每日提醒时间", "Told each day at")}{" "}
        <input
          type="time"
          required
          value={wishes.remind_at}
          onChange={(event) => change({ ...wishes, remind_at: event.target.value })}
        />
      </label>
      <p className="soft small">{zoneText(say, wishes)}</p>
    </Group>
  );
}

function WhenPart({ wishes, change, isForPeople }: Part & { isForPeople: boolean }) {
  const say = useSay();
  const [quiet] = wishes.quiet;
  if (!isForPeople)
    return (
      <p className="soft small">
        {say("系统对接逐条、即时、按顺序推送。", "A system gets each step by itself, at once and in order.")}
      </p>
    );
  return (
    <Group id="recipient-when" title={say("何时", "When")}>
      <p className="soft small">{zoneText(say, wishes)}</p>
      <label className="check">
        <input
          type="checkbox"
          id="recipient-quiet"
          checked={quiet !== undefined}
          onChange={(event) =>
            change({ ...wishes, quiet: event.target.checked ? [{ start: "22:00", end: "07:00" }] : [] })
          }
        />
        {say("免打扰时段（一类告警除外）", "Quiet hours, but for class I")}
      </label>
      {quiet && (
        <span className="inline">
          <input
            type="time"
            aria-label={say("免打扰开始", "Quiet from")}
            required
            value={quiet.start}
            onChange={(event) =>
              change({ ...wishes, quiet: [{ ...quiet, start: event.target.value }, ...wishes.quiet.slice(1)] })
            }
          />{" "}
          –{" "}
          <input
            type="time"
            aria-label={say("免打扰结束", "Quiet until")}
            required
            value={quiet.end}
            onChange={(event) =>
              change({ ...wishes, quiet: [{ ...quiet, end: event.target.value }, ...wishes.quiet.slice(1)] })
            }
          />
        </span>
      )}
      <label className="inline">
        {say("三类告警汇总时间", "Class III together at")}{" "}
        <input
          type="time"
          required
          value={wishes.digest_at}
          onChange={(event) => change({ ...wishes, digest_at: event.target.value })}
        />
      </label>
      <label className="inline">
        {say("每小时最多（条）", "Most messages an hour")}{" "}
        <input
          type="number"
          min={1}
          max={1000}
          required
          value={wishes.messages_per_hour}
          onChange={(event) => change({ ...wishes, messages_per_hour: Number(event.target.value) })}
        />
      </label>
      <label className="inline">
        {say("语言", "Language")}{" "}
        <select
          value={wishes.language}
          onChange={(event) => change({ ...wishes, language: event.target.value as Wishes["language"] })}
        >
          {languageValues.map((one) => (
            <option key={one} value={one}>
              {one === "zh" ? "中文" : "English"}
            </option>
          ))}
        </select>
      </label>
    </Group>
  );
}

function Remove({ recipient, done }: { recipient: Recipient; done: () => void }) {
  const say = useSay();
  const renew = useRenewedRecipients();
  const [isSure, setSure] = useState(false);
  const { recipient_id, version } = recipient;
  const remove = useMutation({
    mutationFn: () =>
      taken(
        api.DELETE("/api/v1/recipients/{recipient_id}", {
          params: { path: { recipient_id }, header: { "if-match": `"${version}"` } },
        }),
      ),
    onSuccess: () => {
      renew();
      done();
    },
  });
  if (!isSure)
    return (
      <button type="button" className="quiet push" id="recipient-remove" onClick={() => setSure(true)}>
        {say("删除", "Remove")}
      </button>
    );
  return (
    <span className="push">
      <span className="soft small">
        {say("待发送的将取消，记录保留。", "What waits is dropped; records stay.")}
        {remove.error ? ` ${refused(say, remove.error)}` : ""}
      </span>{" "}
      <button type="button" className="plain danger" id="recipient-remove-sure" onClick={() => remove.mutate()}>
        {say("确认删除", "Remove it")}
      </button>
    </span>
  );
}
