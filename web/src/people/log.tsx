// The log of accounts: who did what to which account, and who took what away, when. It is only ever added to.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { type AccountAct, type AccountEntry, api, type Me, taken } from "../api/client";
import { accountActValues } from "../api/generated/schema";
import { WideTable } from "../portrait/wide-table";
import { useSay } from "../shell/preferences";
import { fullTime } from "../words/say";
import { actName, actorText, beforeOf, detailText, type Places, sinceOf } from "./accounts";
import { ForAdministrators, PeopleHeading } from "./people";
import { usePlaces } from "./places";
import "../styles/people.css";

export default function AccountLog({ me }: { me: Me }) {
  if (!me.permissions.includes("manage_accounts")) return <ForAdministrators />;
  return (
    <div className="people-page">
      <PeopleHeading />
      <Entries />
    </div>
  );
}

function Entries() {
  const say = useSay();
  const places = usePlaces();
  const [query, setQuery] = useSearchParams();
  const person = query.get("person");
  const act = accountActValues.find((one) => one === query.get("act")) as AccountAct | undefined;
  const day = query.get("since");
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["account-log", person, act, day],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) => {
      const since = sinceOf(day);
      const asked = {
        ...(person ? { person } : {}),
        ...(act ? { act } : {}),
        ...(since ? { since } : {}),
        ...(pageParam ? { before: pageParam } : {}),
      };
      return taken(api.GET("/api/v1/account-log", { params: { query: asked } }));
    },
    getNextPageParam: (page) => beforeOf(page.next),
  });
  const put = (name: string, value: string) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value);
    else next.delete(name);
    setQuery(next, { replace: true });
  };
  const entries = data?.pages.flatMap((page) => page.items) ?? [];
  const about = entries.find((one) => one.user_id === person)?.user_name ?? person;
  return (
    <section className="card pad" aria-label={say("账户日志", "Account log")}>
      <p className="soft">
        {say(
          "谁在何时对哪个账户做了什么，谁取走了报表、证据与材料，哪个第三方读取了企业授权的摘录（账户一栏为授权人）。只增不改，可用 brightkitchen verify 校验。",
          "Who did what to which account, when; who took reports, evidence and papers; which third party read an extract (the account is that of who consented). It is only added to; brightkitchen verify checks it.",
        )}
      </p>
      <div className="controls log-filter">
        <label>
          {say("操作", "Act")}{" "}
          <select id="log-act" value={act ?? ""} onChange={(event) => put("act", event.target.value)}>
            <option value="">{say("全部", "All")}</option>
            {accountActValues.map((one) => (
              <option key={one} value={one}>
                {actName(say, one)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {say("自", "Since")}{" "}
          <input type="date" id="log-since" value={day ?? ""} onChange={(event) => put("since", event.target.value)} />
        </label>
        {person && (
          <button type="button" className="chip" aria-pressed="true" onClick={() => put("person", "")}>
            {say(`账户：${about} ✕`, `Account: ${about} ✕`)}
          </button>
        )}
      </div>
      {error && <p role="alert">{error.message}</p>}
      {data && entries.length === 0 && <p className="soft empty">{say("没有记录。", "No entry.")}</p>}
      {entries.length > 0 && (
        <WideTable label={say("日志条目", "Entries")}>
          <table className="people-table">
            <thead>
              <tr>
                <th scope="col">{say("编号", "No.")}</th>
                <th scope="col">{say("时间", "When")}</th>
                <th scope="col">{say("操作人", "Who")}</th>
                <th scope="col">{say("操作", "What")}</th>
                <th scope="col">{say("账户", "Account")}</th>
                <th scope="col">{say("说明", "Detail")}</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <Entry key={entry.number} entry={entry} places={places} />
              ))}
            </tbody>
          </table>
        </WideTable>
      )}
      {hasNextPage && (
        <button type="button" className="plain" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {say("更早的记录", "Earlier ones")}
        </button>
      )}
    </section>
  );
}

function Entry({ entry, places }: { entry: AccountEntry; places: Places }) {
  const say = useSay();
  return (
    <tr data-entry={entry.number} data-act={entry.act}>
      <td className="soft">{entry.number}</td>
      <td className="when">{fullTime(say, entry.at)}</td>
      <td>{actorText(say, entry)}</td>
      <td>{actName(say, entry.act)}</td>
      <td>
        <Link to={`/people/${entry.user_id}`}>{entry.user_name}</Link>
      </td>
      <td className="detail">{detailText(say, entry, places)}</td>
    </tr>
  );
}
