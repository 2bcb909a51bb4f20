// A platform's form: where it is reached, what signs, of whose records it is told. Address and secret are never shown again.

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, taken } from "../api/client";
import { EVERYTHING, isEmpty, NOTHING, type Reach, ReachPicker } from "../people/scope";
import { useSay } from "../shell/preferences";
import { useRenewed } from "./queries";
import { bodyOf, type Receiver, refused } from "./words";

interface Given {
  receiver: Receiver | null; // null: a new one
  isWholeAllowed: boolean;
  done: () => void;
}

const reachOf = (one: Receiver): Reach => ({
  is_everything: one.everything,
  enterprise_ids: one.enterprise_ids,
  site_ids: [],
});

export function ReceiverForm({ receiver, isWholeAllowed, done }: Given) {
  const say = useSay();
  const renew = useRenewed("record-receivers");
  const [reach, setReach] = useState<Reach>(receiver ? reachOf(receiver) : isWholeAllowed ? EVERYTHING : NOTHING);
  const [isEnabled, setEnabled] = useState(receiver?.is_enabled ?? true);
  const save = useMutation({
    mutationFn: (form: FormData) => {
      const text = (name: string) => String(form.get(name) ?? "");
      const typed = {
        name: receiver?.name ?? text("name"),
        address: text("address"),
        secret: text("secret"),
        isEverything: reach.is_everything,
        enterpriseIds: reach.enterprise_ids,
        isEnabled,
      };
      if (receiver === null) return taken(api.POST("/api/v1/record-receivers", { body: bodyOf(typed, null) }));
      const { receiver_id, version } = receiver;
      return taken(
        api.PUT("/api/v1/record-receivers/{receiver_id}", {
          params: { path: { receiver_id } },
          body: bodyOf(typed, version),
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
  return (
    <form className="card pad person-form" id="receiver-form" onSubmit={submit}>
      <h2>{receiver ? say(`修改：${receiver.name}`, `Change ${receiver.name}`) : say("新建平台", "Add a platform")}</h2>
      {receiver === null && (
        <>
          <p className="leadbar">
            {say(
              "启用后，范围内所有公示中的记录都会推送给它；撤回与修复也会逐一告知。",
              "Once switched on it is told of every record in force within its reach, and of each withdrawal and repair.",
            )}
          </p>
          <label>
            {say("名称（以后不能改）", "Name, which never changes")}
            <input name="name" id="receiver-name" required maxLength={100} autoComplete="off" />
          </label>
        </>
      )}
      <label>
        {say("地址", "Address")}
        <input
          name="address"
          id="receiver-address"
          type="password"
          placeholder={receiver?.shown_address ?? "https://…"}
          required={receiver === null}
          maxLength={2000}
          autoComplete="off"
        />
      </label>
      <label>
        {say("签名密钥", "Secret to sign with")}
        <input
          name="secret"
          id="receiver-secret"
          type="password"
          placeholder={receiver ? "" : "whsec_…"}
          required={receiver === null}
          maxLength={2000}
          autoComplete="off"
        />
        <span className="soft small">
          {receiver
            ? say("都留空则沿用；更换时两项都要填。", "Left empty, both stay; a new one needs both.")
            : say("加密保存，此后不再显示。", "Both are sealed, and shown to nobody afterwards.")}
        </span>
      </label>
      <ReachPicker
        id="receiver"
        reach={isWholeAllowed ? reach : { ...reach, is_everything: false }}
        change={(next) => setReach(isWholeAllowed ? next : { ...next, is_everything: false })}
        whole={
          isWholeAllowed
            ? say("全部企业", "Everything")
            : say("全部企业（超出您的范围）", "Everything (beyond your reach)")
        }
        isOfFirms
      />
      <label className="check">
        <input type="checkbox" id="receiver-enabled" checked={isEnabled} onChange={() => setEnabled(!isEnabled)} />
        {say(
          "启用（停用后不推送新公示；撤回与修复仍会告知）",
          "Switched on. Off: no new publication; withdrawals still go",
        )}
      </label>
      <p className="fault" role="alert">
        {refused(say, save.error)}
      </p>
      <div className="actions">
        <button type="submit" className="plain main" id="receiver-save" disabled={save.isPending || isEmpty(reach)}>
          {say("保存", "Save")}
        </button>
        <button type="button" className="quiet" onClick={done}>
          {say("取消", "Cancel")}
        </button>
        {receiver && <Remove receiver={receiver} done={done} />}
      </div>
    </form>
  );
}

function Remove({ receiver, done }: { receiver: Receiver; done: () => void }) {
  const say = useSay();
  const renew = useRenewed("record-receivers");
  const [isSure, setSure] = useState(false);
  const { receiver_id, version } = receiver;
  const remove = useMutation({
    mutationFn: () =>
      taken(
        api.DELETE("/api/v1/record-receivers/{receiver_id}", {
          params: { path: { receiver_id }, header: { "if-match": `"${version}"` } },
        }),
      ),
    onSuccess: () => {
      renew();
      done();
    },
  });
  if (!isSure)
    return (
      <button type="button" className="quiet push" id="receiver-remove" onClick={() => setSure(true)}>
        {say("删除", "Remove")}
      </button>
    );
  return (
    <span className="push">
      <span className="soft small" role="status">
        {remove.error
          ? refused(say, remove.error)
          : say("只能删除从未推送过的平台。", "Only one that nothing was ordered for can be removed.")}
      </span>{" "}
      <button type="button" className="plain danger" id="receiver-remove-sure" onClick={() => remove.mutate()}>
        {say("确认删除", "Remove it")}
      </button>
    </span>
  );
}
