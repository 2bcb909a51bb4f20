// A site: its name, and when it is open. Rules of closed hours and observed time go by it.

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, type SiteView, taken } from "../api/client";
import { refusalText } from "../people/accounts";
import { useSay } from "../shell/preferences";
import { inOrder, type Schedule, stretchesOf, USUAL, withHours } from "./week";
import { WeekEditor } from "./week-editor";

const ALL_DAY: Schedule = {
  timezone: "Asia/Shanghai",
  hours: [],
  closed_days: [],
  special_days: [],
  keeps_holidays: false,
};

interface Given {
  enterpriseId: string;
  site: SiteView | null; // null: a new one
  done: () => void;
}

export function SiteForm({ enterpriseId, site, done }: Given) {
  const say = useSay();
  const [typed, setTyped] = useState<Schedule>(site?.schedule ?? ALL_DAY);
  const hours = stretchesOf(typed);
  const kept = (typed.closed_days?.length ?? 0) + (typed.special_days?.length ?? 0);
  const save = useMutation({
    mutationFn: (name: string) => {
      const schedule = withHours(typed, inOrder(stretchesOf(typed)));
      if (site === null)
        return taken(api.POST("/api/v1/sites", { body: { enterprise_id: enterpriseId, name, schedule } }));
      const params = { path: { site_id: site.site_id } };
      return taken(api.PATCH("/api/v1/sites/{site_id}", { params, body: { name, schedule } }));
    },
    onSuccess: done,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(String(new FormData(event.currentTarget).get("name")).trim());
  };
  return (
    <form className="card pad person-form" id="site-form" onSubmit={submit}>
      <h2>{site ? say("修改场所", "Change the site") : say("添加场所", "Add a site")}</h2>
      <label>
        {say("名称", "Name")}
        <input
          name="name"
          required
          maxLength={100}
          defaultValue={site?.name}
          placeholder={say("例如：一号店后厨", "such as: kitchen of shop 1")}
          autoComplete="off"
        />
      </label>
      <fieldset className="reach">
        <legend>{say("营业时间", "Opening hours")}</legend>
        <label className="check">
          <input
            type="checkbox"
            id="all-day"
            checked={hours.length === 0}
            onChange={(event) => setTyped(withHours(typed, event.target.checked ? [] : USUAL))}
          />
          {say("全天", "Open all day")}
        </label>
        {hours.length > 0 && <WeekEditor hours={hours} change={(next) => setTyped(withHours(typed, next))} />}
        <label className="check">
          <input
            type="checkbox"
            checked={typed.keeps_holidays}
            onChange={(event) => setTyped({ ...typed, keeps_holidays: event.target.checked })}
          />
          {say("法定节假日休息", "Closed on public holidays")}
        </label>
        <p className="soft small">
          {say(`时区 ${typed.timezone}`, `Time zone ${typed.timezone}`)}
          {kept > 0 &&
            say(`；另有 ${kept} 个特殊日期保持不变`, `; ${kept} special day${kept === 1 ? "" : "s"} stay as they are`)}
        </p>
      </fieldset>
      <p className="fault" role="alert">
        {refusalText(say, save.error)}
      </p>
      <div className="actions">
        <button type="submit" className="plain main" id="site-save" disabled={save.isPending}>
          {say("保存", "Save")}
        </button>
        <button type="button" className="quiet" onClick={done}>
          {say("取消", "Cancel")}
        </button>
      </div>
    </form>
  );
}
