// The alert desk: the list that grows by itself, the alert that one looks at, and verdicts by keyboard.

import { useCallback, useMemo, useRef, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import type { Me } from "../api/client";
import { useKeys } from "../shell/keys";
import { useSay } from "../shell/preferences";
import "../styles/desk.css";
import { AlertPage } from "./detail";
import { Filters } from "./filters";
import { Judge } from "./judge";
import { type Filter, filterOf, queryOf, type Row } from "./list";
import { useAlertList } from "./lists";
import { Rows, type RowsHandle } from "./rows";
import { together, type Verb } from "./verbs";

const PAGE_STEP = 8;

export default function Desk({ me }: { me: Me }) {
  const say = useSay();
  const navigate = useNavigate();
  const { alertId } = useParams();
  const [query, setQuery] = useSearchParams();
  const filter = useMemo(() => filterOf(query), [query]);
  const list = useAlertList(filter);
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<Verb | null>(null); // for what is marked
  const view = useRef<RowsHandle>(null);
  const bulk = useMemo(() => together(me.permissions), [me.permissions]);

  const search = queryOf(filter).toString();
  const open = useCallback(
    (id: string | null, replace = true) => {
      navigate({ pathname: id === null ? "/alerts" : `/alerts/${id}`, search }, { replace });
    },
    [navigate, search],
  );
  const change = (wanted: Filter) => {
    setMarked(new Set());
    setQuery(queryOf(wanted));
  };
  const here = rows.findIndex((row) => row.alert_id === alertId);
  const go = (place: number) => {
    const row = rows[Math.min(Math.max(0, place), rows.length - 1)];
    if (row === undefined) return;
    open(row.alert_id);
    view.current?.show(rows.indexOf(row));
    if (place > rows.length - PAGE_STEP && list.hasNextPage) void list.fetchNextPage();
  };
  const mark = (id: string) => {
    setMarked((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  };
  const markedRows = useMemo(() => rows.filter((row) => marked.has(row.alert_id)), [rows, marked]);
  // A verdict leads to the next alert: whoever judges a hundred does not want to choose each.
  const judged = () => {
    const next =
      rows.slice(here + 1).find((row) => !row.reviewed) ??
      rows.find((row) => !row.reviewed && row.alert_id !== alertId);
    if (here >= 0 && next) go(rows.indexOf(next));
  };

  useKeys((key) => {
    const moves: Record<string, number> = {
      j: here + 1,
      ArrowDown: here + 1,
      k: Math.max(0, here - 1),
      ArrowUp: Math.max(0, here - 1),
      PageDown: here + PAGE_STEP,
      PageUp: here - PAGE_STEP,
      Home: 0,
      End: rows.length - 1,
    };
    const move = moves[key];
    if (move !== undefined) {
      go(move);
      return true;
    }
    if (key === "x" && alertId) {
      mark(alertId);
      return true;
    }
    if (key === "Escape") {
      if (marked.size > 0) setMarked(new Set());
      else open(null);
      setChosen(null);
      return true;
    }
    if (marked.size === 0) return false; // then the keys are for the alert on the right
    const verb = bulk.find((one) => one.key === key);
    if (verb) setChosen(verb);
    return verb !== undefined;
  });

  return (
    <div className={`desk${alertId ? " has-alert" : ""}`}>
      <section className="list-side" aria-label={say("告警列表", "List of alerts")}>
        <h1 className="unseen-on-phone">{say("告警台", "Alert desk")}</h1>
        <Filters filter={filter} change={change} />
        <Rows
          ref={view}
          rows={rows}
          current={alertId}
          search={search}
          marked={marked}
          mark={mark}
          mayMark={bulk.length > 0}
          isLoading={list.isPending}
          fault={list.error}
          hasMore={list.hasNextPage}
          more={() => {
            if (!list.isFetchingNextPage) void list.fetchNextPage();
          }}
        />
        <footer className="list-foot soft" data-count={rows.length}>
          <span>
            {list.hasNextPage
              ? say(`已载入 ${rows.length} 条，还有更早的`, `${rows.length} loaded, there are earlier ones`)
              : say(`共 ${rows.length} 条`, `${rows.length} in all`)}
          </span>
          {rows.length > 0 && bulk.length > 0 && (
            <button
              type="button"
              className="quiet"
              id="mark-all"
              onClick={() => setMarked(marked.size > 0 ? new Set() : new Set(unreviewed(rows)))}
            >
              {marked.size > 0 ? say("取消选择", "Select none") : say("选择未核实的", "Select the unreviewed")}
            </button>
          )}
        </footer>
        {markedRows.length > 0 && (
          <section className="card pad bulk" aria-label={say("批量核实", "Bulk review")}>
            <h2>{say(`已选 ${markedRows.length} 条`, `${markedRows.length} selected`)}</h2>
            <Judge
              targets={markedRows}
              verbs={bulk}
              chosen={chosen}
              choose={setChosen}
              done={(outcome) => {
                setMarked(new Set([...outcome.changed, ...outcome.failed.map((one) => one.alertId)]));
              }}
            />
          </section>
        )}
      </section>
      <section className="alert-side" aria-label={say("所选告警", "The alert")}>
        {alertId ? (
          <AlertPage
            key={alertId}
            me={me}
            alertId={alertId}
            back={() => open(null)}
            judged={judged}
            takesKeys={marked.size === 0}
          />
        ) : (
          <Hints />
        )}
      </section>
    </div>
  );
}

function unreviewed(rows: readonly Row[]): string[] {
  return rows.filter((row) => !row.reviewed).map((row) => row.alert_id);
}

const KEYS: readonly [string, string, string][] = [
  ["J K ↑ ↓", "下一条、上一条", "next, previous"],
  ["C D U", "确认、排除、无法判断（再按回车）", "confirm, dismiss, cannot tell (then Enter)"],
  ["A", "签收", "acknowledge"],
  ["X", "选择（批量核实）", "select (for bulk review)"],
  ["B", "识别框开/关", "boxes on/off"],
  ["空格 Space", "播放/暂停片段", "play/pause the clip"],
  [", .", "上一帧、下一帧", "frame back, frame on"],
  ["Esc", "取消选择，返回列表", "select none, back to the list"],
];

function Hints() {
  const say = useSay();
  return (
    <div className="card pad hints">
      <h2>{say("请在左侧选择一条告警", "Choose an alert on the left")}</h2>
      <p className="soft">{say("全部操作都可以用键盘完成：", "Everything can be done by keyboard:")}</p>
      <dl className="keys">
        {KEYS.map(([key, zh, en]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{say(zh, en)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
