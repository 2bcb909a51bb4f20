// The list as it is drawn: only the rows that can be seen exist, however many there are.

import { useVirtualizer } from "@tanstack/react-virtual";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { Link } from "react-router";
import { ClassBadge, StateBadge } from "../shell/badges";
import { secondsSince } from "../shell/clock";
import { useSay } from "../shell/preferences";
import { nameOf, shortLead } from "../words/names";
import { ago, clockTime } from "../words/say";
import { placeOf, type Row } from "./list";

const ROW_PX = 104;
const BEYOND = 6; // rows drawn outside of what is seen

export interface RowsHandle {
  show: (place: number) => void;
}

interface RowsProps {
  ref: Ref<RowsHandle>;
  rows: readonly Row[];
  current: string | undefined;
  search: string;
  marked: ReadonlySet<string>;
  mark: (id: string) => void;
  mayMark: boolean;
  isLoading: boolean;
  fault: Error | null;
  hasMore: boolean;
  more: () => void;
}

export function Rows({
  ref,
  rows,
  current,
  search,
  marked,
  mark,
  mayMark,
  isLoading,
  fault,
  hasMore,
  more,
}: RowsProps) {
  const say = useSay();
  const room = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => room.current,
    estimateSize: () => ROW_PX,
    overscan: BEYOND,
    getItemKey: (place) => rows[place]?.alert_id ?? place,
  });
  useImperativeHandle(ref, () => ({ show: (place) => virtual.scrollToIndex(place, { align: "auto" }) }), [virtual]);
  const seen = virtual.getVirtualItems();
  const last = seen.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && last >= rows.length - 3 * BEYOND) more();
  }, [hasMore, last, rows.length, more]);

  if (fault && rows.length === 0) return <p className="card empty">{fault.message}</p>;
  if (isLoading) return <p className="loading soft">{say("正在载入…", "Loading…")}</p>;
  if (rows.length === 0)
    return (
      <div className="empty card pad">
        <p>{say("没有符合条件的记录。", "Nothing matches.")}</p>
        <p className="soft">
          {say(
            "新的告警会自动出现在这里。没有告警不代表没有问题。",
            "New alerts appear here by themselves. No alert does not mean no problem.",
          )}
        </p>
        <p>
          <Link to="/cameras">{say("看看摄像机是否都有画面", "See whether all cameras have a picture")}</Link>
        </p>
      </div>
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever scrolls by keyboard must be able to get in here
    <section className="rows" ref={room} tabIndex={0} aria-label={say("列表", "List")}>
      <ul style={{ height: virtual.getTotalSize() }}>
        {seen.map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <li key={item.key} style={{ transform: `translateY(${item.start}px)`, height: ROW_PX }}>
                <OneRow
                  row={row}
                  search={search}
                  isCurrent={row.alert_id === current}
                  isMarked={marked.has(row.alert_id)}
                  mark={mayMark ? mark : null}
                />
              </li>
            )
          );
        })}
      </ul>
    </section>
  );
}

interface OneRowProps {
  row: Row;
  search: string;
  isCurrent: boolean;
  isMarked: boolean;
  mark: ((id: string) => void) | null;
}

function OneRow({ row, search, isCurrent, isMarked, mark }: OneRowProps) {
  const say = useSay();
  const still = row.evidence.find((piece) => piece.kind === "still" && piece.state === "stored");
  const name = nameOf(say, row);
  return (
    <div
      className={`row class-${row.class}${isCurrent ? " current" : ""}${isMarked ? " marked" : ""}`}
      data-alert={row.alert_id}
    >
      {mark && (
        <input
          type="checkbox"
          checked={isMarked}
          onChange={() => mark(row.alert_id)}
          aria-label={say(`选择：${name}`, `Select: ${name}`)}
        />
      )}
      <Link to={{ pathname: `/alerts/${row.alert_id}`, search }} aria-current={isCurrent ? "true" : undefined}>
        <div className="thumb">
          {still ? <img src={still.path} alt="" loading="lazy" /> : <span>{say("无图", "no still")}</span>}
        </div>
        <div className="what">
          <div className="line">
            <strong>{name}</strong>
            <span className="badges">
              <ClassBadge name={row.class} isShort />
              <StateBadge state={row.state} />
            </span>
          </div>
          <p className="soft place">{placeOf(row)}</p>
          <p className="soft small">
            {clockTime(say, row.started_at)} <span className="ago">{ago(say, secondsSince(row.started_at))}</span>
            {row.ended_at === null && <span className="lasting">{say("仍在持续", "still going on")}</span>}
          </p>
          {!row.reviewed && <p className="lead small">{shortLead(say)}</p>}
        </div>
      </Link>
    </div>
  );
}
