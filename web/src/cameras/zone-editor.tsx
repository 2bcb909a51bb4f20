// Zones drawn on the picture of the camera: click for click, with undo, by mouse, finger or keyboard.

import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { type CameraView, type Point, Problem, type ToldStatus, type ZoneType, type ZoneView } from "../api/client";
import { zoneTypeValues } from "../api/generated/schema";
import { useSay } from "../shell/preferences";
import { zoneTypeName } from "../words/names";
import { asleepText, isHalfTyped, mayHaveHours, sameHours } from "./hours";
import { Picture } from "./picture";
import { readZones, sendingTo, store } from "./store-zones";
import { HoursOfZone } from "./zone-hours";
import {
  at,
  begin,
  changed,
  changeFrom,
  closed,
  type Drawing,
  does,
  type History,
  isChanged,
  kept,
  LEAST_CORNERS,
  moved,
  redo,
  removed,
  removedFrom,
  split,
  timed,
  typed,
  undo,
  withCorner,
  withoutCorner,
} from "./zones";

const NUDGE = 0.005; // fractions of the picture for an arrow key

interface ZoneEditorProps {
  camera: CameraView;
  status: ToldStatus;
  zones: readonly ZoneView[];
  mayChange: boolean;
  mayLook: boolean;
}

export function ZoneEditor({ camera, status, zones, mayChange, mayLook }: ZoneEditorProps) {
  const say = useSay();
  const client = useQueryClient();
  const [history, setHistory] = useState<History>(() => begin(zones));
  const [isSaving, setSaving] = useState(false);
  const [told, setTold] = useState<{ words: string; isFault: boolean; isOvertaken?: boolean } | null>(null);
  const change = changeFrom(history.base, history.now.zones);
  const isDirty = isChanged(change) || history.now.line !== null;
  const isHalf = history.now.zones.some((zone) => isHalfTyped(zone.hours));
  // What somebody else stored meanwhile is taken over while nothing is being drawn here.
  const stored = useRef(zones);
  useEffect(() => {
    if (stored.current !== zones && !isDirty)
      setHistory((before) => ({ ...begin(zones), now: { ...begin(zones).now, chosen: before.now.chosen } }));
    stored.current = zones;
  }, [zones, isDirty]);
  useEffect(() => {
    if (!isDirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isDirty]);

  // Of zones whose hours were changed here nobody knows yet whether they sleep.
  const asleep = new Set(
    zones
      .filter((one) => one.is_asleep)
      .filter((one) => history.now.zones.some((zone) => zone.key === one.zone_id && sameHours(zone.hours, one.hours)))
      .map((one) => one.zone_id),
  );
  const set = (now: Drawing) => setHistory((before) => (now === before.now ? before : does(before, now)));
  const choose = (key: string | null) => setHistory((before) => ({ ...before, now: { ...before.now, chosen: key } }));
  const fresh = () => ({
    key: crypto.randomUUID?.() ?? `new-${performance.now()}`,
    zoneId: null,
    version: null,
    name: say(`区域 ${history.now.zones.length + 1}`, `Zone ${history.now.zones.length + 1}`),
    type: "other" as ZoneType,
    hours: null,
  });
  const readAll = () =>
    client.fetchQuery({
      queryKey: ["zones", camera.camera_id],
      staleTime: 0,
      queryFn: () => readZones(camera.camera_id),
    });
  const reload = async () => {
    try {
      setHistory(begin(await readAll()));
      setTold(null);
    } catch (error) {
      setTold({ words: error instanceof Error ? error.message : String(error), isFault: true, isOvertaken: true });
    }
  };
  const save = async () => {
    setSaving(true);
    try {
      await store(change, {
        ...sendingTo(camera.camera_id),
        removed: (zoneId) => setHistory((before) => removedFrom(before, zoneId)),
        kept: (key, zone) => setHistory((before) => kept(before, key, zone)),
      });
      setHistory(begin(await readAll()));
      setTold({ words: say("已保存，立即生效。", "Saved; it holds from now on."), isFault: false });
    } catch (error) {
      const isOvertaken = error instanceof Problem && (error.status === 412 || error.status === 404);
      setTold({
        words: isOvertaken
          ? say(
              "别人刚修改或删除了同一区域。请重新载入后再改。",
              "Somebody else has just changed or deleted the same zone. Load them again first.",
            )
          : error instanceof Error
            ? error.message
            : String(error),
        isFault: true,
        isOvertaken,
      });
      void client.invalidateQueries({ queryKey: ["zones", camera.camera_id] });
    }
    setSaving(false);
  };
  const keyed = (event: KeyboardEvent) => {
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && (key === "z" || key === "y")) {
      setHistory(key === "y" || event.shiftKey ? redo : undo);
    } else if (key === "escape" && history.now.line) {
      set({ ...history.now, line: null });
    } else if (key === "enter" && history.now.line && event.target instanceof SVGElement) {
      set(closed(history.now, fresh));
    } else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: undo holds wherever one is inside of the editor
    <div className="zone-editor" onKeyDown={keyed}>
      <div className="canvas">
        <Picture camera={camera} status={status} mayLook={mayLook}>
          <Drawn drawing={history.now} asleep={asleep} set={set} choose={choose} mayChange={mayChange} fresh={fresh} />
        </Picture>
        {mayChange && (
          <div className="line controls">
            {history.now.line === null ? (
              <button
                type="button"
                className="plain"
                id="draw-zone"
                onClick={() => set({ ...history.now, chosen: null, line: [] })}
              >
                {say("＋ 画新区域", "+ Draw a zone")}
              </button>
            ) : (
              <button
                type="button"
                className="plain"
                id="close-zone"
                disabled={history.now.line.length < LEAST_CORNERS}
                onClick={() => set(closed(history.now, fresh))}
              >
                {say("完成此区域", "Close the zone")}
              </button>
            )}
            <button
              type="button"
              className="plain"
              id="undo"
              disabled={history.past.length === 0}
              onClick={() => setHistory(undo)}
            >
              {say("撤销", "Undo")} <kbd>Ctrl Z</kbd>
            </button>
            <button
              type="button"
              className="plain"
              id="redo"
              disabled={history.future.length === 0}
              onClick={() => setHistory(redo)}
            >
              {say("重做", "Redo")}
            </button>
            <Button
              type="primary"
              id="save-zones"
              disabled={!isChanged(change) || history.now.line !== null || isHalf}
              loading={isSaving}
              onClick={() => void save()}
            >
              {say("保存区域", "Save zones")}
            </Button>
            {isDirty && (
              <span className="soft small">
                {isHalf ? say("有时段没有填完", "some hours are incomplete") : say("尚未保存", "not saved yet")}
              </span>
            )}
          </div>
        )}
        <p className="soft small">
          {history.now.line !== null
            ? say(
                "在画面上逐点点击；点回第一个点、按回车或“完成”即闭合。",
                "Click corner by corner; the first corner, Enter or the button closes it.",
              )
            : say(
                "拖动角点可调整；点边上的小圆点加角；选中角点后用方向键微调，Delete 删除。",
                "Drag corners; the small dots on edges add one; arrow keys move a corner that has the focus, Delete removes it.",
              )}
        </p>
        <p className={told?.isFault ? "fault" : "soft"} role="status">
          {told?.words}
        </p>
        {told?.isOvertaken && (
          <button type="button" className="plain" id="reload-zones" onClick={() => void reload()}>
            {say("放弃此处的改动，重新载入", "Give up what was drawn here and load again")}
          </button>
        )}
      </div>
      <ZoneList camera={camera} drawing={history.now} asleep={asleep} set={set} choose={choose} mayChange={mayChange} />
    </div>
  );
}

interface DrawnProps {
  drawing: Drawing;
  asleep: ReadonlySet<string>;
  set: (drawing: Drawing) => void;
  choose: (key: string | null) => void;
  mayChange: boolean;
  fresh: () => Omit<Drawing["zones"][number], "corners">;
}

function Drawn({ drawing, asleep, set, choose, mayChange, fresh }: DrawnProps) {
  const say = useSay();
  const plane = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<{ key: string; corner: number; to: Point } | null>(null);
  const place = (event: PointerEvent): Point => {
    const room = plane.current?.getBoundingClientRect();
    if (!room) return at(0, 0);
    return at((event.clientX - room.left) / room.width, (event.clientY - room.top) / room.height);
  };
  const shown = drag ? moved(drawing, drag.key, drag.corner, drag.to) : drawing;
  const path = (corners: readonly Point[]) =>
    corners.map((corner) => `${corner.x * 1000},${corner.y * 1000}`).join(" ");
  const click = (event: PointerEvent) => {
    if (event.button !== 0) return;
    if (mayChange && drawing.line !== null) set(withCorner(drawing, place(event), fresh));
    else if (event.target === plane.current) choose(null);
  };
  const nudge = (event: KeyboardEvent, key: string, corner: number, point: Point) => {
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-NUDGE, 0],
      ArrowRight: [NUDGE, 0],
      ArrowUp: [0, -NUDGE],
      ArrowDown: [0, NUDGE],
    };
    const move = moves[event.key];
    if (move) set(moved(drawing, key, corner, at(point.x + move[0], point.y + move[1])));
    else if (event.key === "Delete" || event.key === "Backspace") set(withoutCorner(drawing, key, corner));
    else return;
    event.preventDefault();
  };
  return (
    <svg
      ref={plane}
      className={`plane${drawing.line ? " drawing" : ""}`}
      viewBox="0 0 1000 1000"
      preserveAspectRatio="none"
      role="group"
      aria-label={say("画面上的区域", "Zones on the picture")}
      tabIndex={mayChange ? 0 : undefined}
      onPointerDown={click}
      onPointerMove={(event) => drag && setDrag({ ...drag, to: place(event) })}
      onPointerUp={() => {
        if (drag) set(moved(drawing, drag.key, drag.corner, drag.to));
        setDrag(null);
      }}
    >
      {shown.zones.map((zone) => (
        <polygon
          key={zone.key}
          className={`zone ${zone.type}${zone.key === drawing.chosen ? " chosen" : ""}${asleep.has(zone.key) ? " asleep" : ""}`}
          points={path(zone.corners)}
          onPointerDown={() => drawing.line === null && choose(zone.key)}
        />
      ))}
      {drawing.line && <polyline className="zone line" points={path(drawing.line)} />}
      {drawing.line?.map((corner, number) => (
        <Dot key={keyOf(corner)} point={corner} className={number === 0 ? "corner first" : "corner"} />
      ))}
      {mayChange &&
        shown.zones
          .filter((zone) => zone.key === drawing.chosen)
          .flatMap((zone) => [
            ...zone.corners.map((corner, number) => (
              <Dot
                // biome-ignore lint/suspicious/noArrayIndexKey: a corner is its place in the order
                key={`c${number}`}
                point={corner}
                className="corner"
                label={say(`角点 ${number + 1}`, `corner ${number + 1}`)}
                down={(event) => {
                  plane.current?.setPointerCapture(event.pointerId);
                  setDrag({ key: zone.key, corner: number, to: corner });
                }}
                keyed={(event) => nudge(event, zone.key, number, corner)}
              />
            )),
            ...zone.corners.map((corner, number) => {
              const next = zone.corners[(number + 1) % zone.corners.length] ?? corner;
              return (
                <Dot
                  // biome-ignore lint/suspicious/noArrayIndexKey: an edge is its place in the order
                  key={`e${number}`}
                  point={at((corner.x + next.x) / 2, (corner.y + next.y) / 2)}
                  className="edge"
                  down={() => set(split(drawing, zone.key, number))}
                />
              );
            }),
          ])}
    </svg>
  );
}

const keyOf = (corner: Point) => `${corner.x} ${corner.y}`;

interface DotProps {
  point: Point;
  className: string;
  label?: string;
  down?: (event: PointerEvent) => void;
  keyed?: (event: KeyboardEvent) => void;
}

// The plane is stretched with the picture; a dot stays round because its size is of the stroke.
function Dot({ point, className, label, down, keyed }: DotProps) {
  const x = point.x * 1000;
  const y = point.y * 1000;
  const hear = down && {
    onPointerDown: (event: PointerEvent) => {
      event.stopPropagation();
      down(event);
    },
  };
  if (!keyed) return <path className={className} d={`M${x} ${y}h0`} {...hear} />;
  return (
    <path
      className={className}
      d={`M${x} ${y}h0`}
      {...hear}
      role="button"
      aria-label={label}
      tabIndex={0}
      onKeyDown={keyed}
    />
  );
}

interface ZoneListProps {
  camera: CameraView;
  drawing: Drawing;
  asleep: ReadonlySet<string>;
  set: (drawing: Drawing) => void;
  choose: (key: string | null) => void;
  mayChange: boolean;
}

function ZoneList({ camera, drawing, asleep, set, choose, mayChange }: ZoneListProps) {
  const say = useSay();
  return (
    <div className="zone-list">
      <h2>{say(`区域（${drawing.zones.length}）`, `Zones (${drawing.zones.length})`)}</h2>
      {drawing.zones.length === 0 && (
        <p className="soft">
          {say(
            "还没有区域。没有专间等区域时，只适用于这些区域的规则不会报警。",
            "No zone yet. Rules that hold in certain zones only, such as a special room, are silent without them.",
          )}
        </p>
      )}
      <ul className="bare">
        {drawing.zones.map((zone) => (
          <li key={zone.key} className={zone.key === drawing.chosen ? "chosen" : ""} data-zone={zone.name}>
            <input
              aria-label={say("区域名称", "Name of the zone")}
              value={zone.name}
              maxLength={100}
              disabled={!mayChange}
              onFocus={() => choose(zone.key)}
              onChange={(event) => set(changed(drawing, zone.key, (one) => ({ ...one, name: event.target.value })))}
            />
            <select
              aria-label={say(`${zone.name} 的类型`, `Type of ${zone.name}`)}
              value={zone.type}
              disabled={!mayChange}
              onChange={(event) => set(typed(drawing, zone.key, event.target.value as ZoneType))}
            >
              {zoneTypeValues.map((type) => (
                <option key={type} value={type}>
                  {zoneTypeName(say, type)}
                </option>
              ))}
            </select>
            {mayChange && zone.zoneId !== null && (
              <Link
                className="quiet small"
                to={`/cameras/${camera.camera_id}/teach?zone=${zone.zoneId}`}
                aria-label={say(`示教 ${zone.name} 的状态`, `Teach a state of ${zone.name}`)}
              >
                {say("示教", "Teach")}
              </Link>
            )}
            {mayChange && (
              <button
                type="button"
                className="quiet"
                aria-label={say(`删除区域 ${zone.name}`, `Delete the zone ${zone.name}`)}
                onClick={() => set(removed(drawing, zone.key))}
              >
                ✕
              </button>
            )}
            {asleep.has(zone.key) && <span className="badge asleep">{asleepText(say, zone.type)}</span>}
            {mayHaveHours(zone.type) ? (
              <HoursOfZone
                zone={zone}
                siteId={camera.site_id}
                isChosen={zone.key === drawing.chosen}
                mayChange={mayChange}
                change={(hours) => set(timed(drawing, zone.key, hours))}
              />
            ) : (
              <p className="soft small hours">{say("始终遮挡，不能设时段", "covered at all times")}</p>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
