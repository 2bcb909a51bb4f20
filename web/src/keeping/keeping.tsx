// How long evidence is kept and why, what is held for the law, what was deleted, and who looked at unmasked originals.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useSearchParams } from "react-router";
import { api, cursorOf, type Me, taken } from "../api/client";
import { beforeOf } from "../people/accounts";
import { usePlaces } from "../people/places";
import { WideTable } from "../portrait/wide-table";
import { useSay } from "../shell/preferences";
import { evidenceName, shortClassName, stateName } from "../words/names";
import { bytes, fullTime } from "../words/say";
import { accessName, spaceName, triggerName } from "./words";
import "../styles/people.css";

const PARTS = ["holds", "policy", "deletions", "accesses"] as const;
type Part = (typeof PARTS)[number];

export default function Keeping({ me }: { me: Me }) {
  const say = useSay();
  const [query, setQuery] = useSearchParams();
  const mayRead = me.permissions.includes("read_ledgers");
  const parts = PARTS.filter((one) => mayRead || one === "holds" || one === "policy");
  const part: Part = parts.find((one) => one === query.get("part")) ?? "holds";
  const names: Record<Part, string> = {
    holds: say("依法留存", "Held for the law"),
    policy: say("保存规则", "Rules"),
    deletions: say("删除台账", "Deletions"),
    accesses: say("原始视频查看记录", "Looks at originals"),
  };
  return (
    <div className="people-page">
      <div className="heading">
        <h1>{say("证据留存", "Keeping of evidence")}</h1>
        <span className="chips">
          {parts.map((one) => (
            <button
              key={one}
              type="button"
              className="chip"
              data-part={one}
              aria-pressed={one === part}
              onClick={() => setQuery(one === "holds" ? {} : { part: one }, { replace: true })}
            >
              {names[one]}
            </button>
          ))}
        </span>
      </div>
      <section className="card pad" aria-label={names[part]}>
        {part === "holds" && <Holds />}
        {part === "policy" && <Policy />}
        {part === "deletions" && <Deletions />}
        {part === "accesses" && <Accesses />}
      </section>
    </div>
  );
}

function Table({ label, heads, children }: { label: string; heads: string[]; children: ReactNode }) {
  return (
    <WideTable label={label}>
      <table className="people-table">
        <thead>
          <tr>
            {heads.map((one) => (
              <th key={one} scope="col">
                {one}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </WideTable>
  );
}

function Holds() {
  const say = useSay();
  const { data, error } = useQuery({
    queryKey: ["holds"],
    queryFn: async () => (await taken(api.GET("/api/v1/holds"))).items,
  });
  return (
    <>
      <p className="soft">
        {say(
          "留存中的告警，其证据不会因到期或磁盘不足被删除。在告警页面留存或解除。",
          "Evidence of what is held is deleted neither by age nor for lack of room. Hold and lift on the alert's page.",
        )}
      </p>
      {error && <p role="alert">{error.message}</p>}
      {data?.length === 0 && <p className="soft empty">{say("没有留存中的告警。", "Nothing is held.")}</p>}
      {data && data.length > 0 && (
        <Table
          label={say("依法留存", "Held")}
          heads={[say("自", "Since"), say("告警", "Alert"), say("理由", "Reason")]}
        >
          {data.map((one) => (
            <tr key={one.alert_id} data-hold={one.alert_id}>
              <td className="when">{fullTime(say, one.set_at)}</td>
              <td>
                <Link to={`/alerts/${one.alert_id}`}>
                  <code>{one.alert_id}</code>
                </Link>
              </td>
              <td className="detail">{one.reason}</td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}

function Policy() {
  const say = useSay();
  const { data, error } = useQuery({ queryKey: ["keeping"], queryFn: () => taken(api.GET("/api/v1/keeping")) });
  if (error) return <p role="alert">{error.message}</p>;
  if (!data) return <p className="loading soft">{say("正在载入…", "Loading…")}</p>;
  const isGood = data.space === "enough" && !data.is_clock_doubted;
  return (
    <>
      <p>
        <span className={`badge ${data.is_on ? "good" : "warn"}`}>
          {data.is_on
            ? say("按规则删除：已启用", "Rules are applied")
            : say("按规则删除：已关闭", "Rules are not applied")}
        </span>{" "}
        <span className={`badge ${isGood ? "good" : "warn"}`}>{spaceName(say, data.space)}</span>{" "}
        {data.is_clock_doubted && (
          <span className="badge class-I">
            {say("时钟可疑，暂停删除", "The clock may be wrong: nothing is deleted for now")}
          </span>
        )}{" "}
        <span className="soft small">
          {say("策略", "Policy")} {data.policy_version} <code>{data.policy_sha256.slice(0, 16)}</code>
          {data.looked_at && ` · ${say("最近检查", "last look")} ${fullTime(say, data.looked_at)}`}
        </span>
      </p>
      <Table
        label={say("保存规则", "Rules")}
        heads={[
          say("规则", "Rule"),
          say("状态", "States"),
          say("类别", "Classes"),
          say("视频（天）", "Clips, days"),
          say("截图（天）", "Stills, days"),
          say("依据", "Why"),
        ]}
      >
        {data.rules.map((one) => (
          <tr key={one.rule}>
            <th scope="row">{one.rule}</th>
            <td>{one.states.map((state) => stateName(say, state)).join(say("、", ", ")) || say("全部", "all")}</td>
            <td>{one.classes.map((name) => shortClassName(say, name)).join(say("、", ", ")) || say("全部", "all")}</td>
            <td>{one.clip_days}</td>
            <td>{one.still_days}</td>
            <td className="detail">{say(one.reason_zh, one.reason_en)}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function Deletions() {
  const say = useSay();
  const { data, error, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["deletions"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      taken(api.GET("/api/v1/deletions", { params: { query: pageParam ? { cursor: pageParam } : {} } })),
    getNextPageParam: (page) => cursorOf(page.next),
  });
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {error && <p role="alert">{error.message}</p>}
      {data && rows.length === 0 && <p className="soft empty">{say("没有删除过证据。", "Nothing was deleted.")}</p>}
      {rows.length > 0 && (
        <Table
          label={say("删除台账", "Deletions")}
          heads={[
            say("决定时间", "Decided"),
            say("证据", "Evidence"),
            say("大小", "Size"),
            say("原因", "Why"),
            say("规则", "Rule"),
            say("告警", "Alert"),
          ]}
        >
          {rows.map((one) => (
            <tr key={one.deletion_id} data-deletion={one.deletion_id}>
              <td className="when">{fullTime(say, one.decided_at)}</td>
              <td>{evidenceName(say, one.kind)}</td>
              <td>{bytes(one.size_bytes)}</td>
              <td>
                {triggerName(say, one.trigger)}
                {!one.erased_at && <span className="badge warn">{say("文件待清除", "file still to be erased")}</span>}
              </td>
              <td>
                {one.rule} · {one.policy_version}
              </td>
              <td>
                <Link to={`/alerts/${one.alert_id}`}>{say("查看", "Show")}</Link>
              </td>
            </tr>
          ))}
        </Table>
      )}
      {hasNextPage && (
        <button type="button" className="plain" onClick={() => void fetchNextPage()}>
          {say("更早的记录", "Earlier ones")}
        </button>
      )}
    </>
  );
}

function Accesses() {
  const say = useSay();
  const places = usePlaces();
  const { data, error, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["accesses"],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) =>
      taken(api.GET("/api/v1/accesses", { params: { query: pageParam ? { before: pageParam } : {} } })),
    getNextPageParam: (page) => beforeOf(page.next),
  });
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <p className="soft">
        {say(
          "谁在何时、因何查看了未遮挡的原始视频。只增不改，可用 brightkitchen verify 校验。",
          "Who looked at unmasked originals, when and why. It is only added to; brightkitchen verify checks it.",
        )}
      </p>
      {error && <p role="alert">{error.message}</p>}
      {data && rows.length === 0 && <p className="soft empty">{say("没有记录。", "No entry.")}</p>}
      {rows.length > 0 && (
        <Table
          label={say("查看记录", "Looks")}
          heads={[
            say("时间", "When"),
            say("人员", "Who"),
            say("操作", "What"),
            say("场所", "Site"),
            say("理由", "Reason"),
            say("告警", "Alert"),
          ]}
        >
          {rows.map((one) => (
            <tr key={one.number} data-access={one.number}>
              <td className="when">{fullTime(say, one.at)}</td>
              <td>{one.user_id === null ? say("服务器命令行", "The machine's command line") : one.user_name}</td>
              <td>{accessName(say, one.kind)}</td>
              <td>{places.get(one.site_id) ?? one.site_id}</td>
              <td className="detail">{one.reason}</td>
              <td>
                <Link to={`/alerts/${one.alert_id}`}>{say("查看", "Show")}</Link>
              </td>
            </tr>
          ))}
        </Table>
      )}
      {hasNextPage && (
        <button type="button" className="plain" onClick={() => void fetchNextPage()}>
          {say("更早的记录", "Earlier ones")}
        </button>
      )}
    </>
  );
}
