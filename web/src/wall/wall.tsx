// The wall: live pictures of 1, 4, 9 or 16 cameras with what was seen in them. A picture that stops is taken away.

import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { api, type CameraView, taken } from "../api/client";
import { useCameras } from "../api/queries";
import { follow } from "../feed/follow";
import { useKeys } from "../shell/keys";
import { recall, remember } from "../shell/memory";
import { useSay } from "../shell/preferences";
import { Switches } from "../shell/switches";
import { lead } from "../words/names";
import "../styles/wall.css";
import type { Look, WallZone } from "./drawing";
import { Tile, type TileNews, type TileState } from "./tile";

const COUNTS = [1, 4, 9, 16] as const;
const SILENT_MS = 12_000; // a camera's state is said every 5 seconds: longer silence is a broken connection
const KEY = "brightkitchen.wall";

interface Chosen {
  count: number;
  boxes: boolean;
  zones: boolean;
}

function recalled(): Chosen {
  const chosen: Chosen = { count: 4, boxes: true, zones: true };
  try {
    const kept = JSON.parse(recall(KEY) ?? "{}") as Partial<Chosen>;
    if (COUNTS.some((count) => count === kept.count)) chosen.count = kept.count ?? 4;
    if (typeof kept.boxes === "boolean") chosen.boxes = kept.boxes;
    if (typeof kept.zones === "boolean") chosen.zones = kept.zones;
  } catch {
    // what was kept is none of ours
  }
  return chosen;
}

export default function Wall() {
  const say = useSay();
  const { data: cameras } = useCameras();
  const { data: settings } = useQuery({
    queryKey: ["live"],
    queryFn: () => taken(api.GET("/api/v1/live")),
    staleTime: 600_000,
  });
  const [chosen, setChosen] = useState<Chosen>(recalled);
  const [query, setQuery] = useSearchParams();
  const before = useRef<{ count: number; page: number } | null>(null);
  const room = useRef<HTMLElement>(null);
  const pages = Math.max(1, Math.ceil((cameras?.length ?? 0) / chosen.count));
  const page = Math.min(Math.max(0, Number(query.get("page") ?? 1) - 1 || 0), pages - 1);
  const shown = useMemo(
    () => cameras?.slice(page * chosen.count, (page + 1) * chosen.count) ?? [],
    [cameras, page, chosen.count],
  );
  const news = useNews(shown);

  const change = (wanted: Partial<Chosen>) => {
    const next = { ...chosen, ...wanted };
    setChosen(next);
    remember(KEY, JSON.stringify({ ...next, page }));
  };
  const turnTo = (wanted: number) => {
    if (wanted < 0 || wanted >= pages) return;
    setQuery(wanted === 0 ? {} : { page: String(wanted + 1) }, { replace: true });
  };
  const enlarge = (camera: CameraView) => {
    if (chosen.count === 1) return;
    before.current = { count: chosen.count, page };
    change({ count: 1 });
    setQuery({ page: String((cameras ?? []).indexOf(camera) + 1) }, { replace: true });
  };
  const goBack = () => {
    if (!before.current) return;
    change({ count: before.current.count });
    setQuery({ page: String(before.current.page + 1) }, { replace: true });
    before.current = null;
  };
  const resize = (count: number) => {
    before.current = null;
    change({ count });
    setQuery({}, { replace: true });
  };
  const fullScreen = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void document.documentElement.requestFullscreen?.().catch(() => {});
  };
  const focusTile = (place: number) => {
    const tiles = room.current?.querySelectorAll<HTMLElement>(".tile[tabindex]");
    tiles?.[Math.min(Math.max(0, place), tiles.length - 1)]?.focus();
  };
  useKeys((key, event) => {
    const tiles = [...(room.current?.querySelectorAll<HTMLElement>(".tile[tabindex]") ?? [])];
    const here = tiles.indexOf(event.target as HTMLElement);
    const across = Math.sqrt(chosen.count);
    const moves: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across };
    const counts: Record<string, number> = { "1": 1, "4": 4, "9": 9, "0": 16 };
    const count = counts[key];
    const move = moves[key];
    const camera = shown[here];
    if (count) resize(count);
    else if (move) focusTile(here < 0 ? 0 : here + move);
    else if (key === "Enter" && camera) enlarge(camera);
    else if (key === "Escape") goBack();
    else if (key === "PageDown") turnTo(page + 1);
    else if (key === "PageUp") turnTo(page - 1);
    else if (key.toLowerCase() === "b") change({ boxes: !chosen.boxes });
    else if (key.toLowerCase() === "z") change({ zones: !chosen.zones });
    else if (key.toLowerCase() === "f") fullScreen();
    else return false;
    return true;
  });

  return (
    <div className="wall">
      <header className="bar">
        <Link to="/">明厨</Link>
        <h1>{say("画面墙", "Wall")}</h1>
        {COUNTS.map((count) => (
          <button
            key={count}
            type="button"
            id={`count-${count}`}
            aria-pressed={chosen.count === count}
            onClick={() => resize(count)}
          >
            {count}
          </button>
        ))}
        <button
          type="button"
          id="wall-boxes"
          aria-pressed={chosen.boxes}
          onClick={() => change({ boxes: !chosen.boxes })}
        >
          {say("框 B", "Boxes B")}
        </button>
        <button
          type="button"
          id="wall-zones"
          aria-pressed={chosen.zones}
          onClick={() => change({ zones: !chosen.zones })}
        >
          {say("区域 Z", "Zones Z")}
        </button>
        <button type="button" onClick={() => turnTo(page - 1)} aria-label={say("上一页", "Previous page")}>
          ‹
        </button>
        <span id="page">
          {page + 1} / {pages}
        </span>
        <button type="button" onClick={() => turnTo(page + 1)} aria-label={say("下一页", "Next page")}>
          ›
        </button>
        <button type="button" onClick={fullScreen}>
          {say("全屏 F", "Full screen F")}
        </button>
        <Switches />
        <span className="keys">
          {say(
            "键：1 4 9 0(16)　方向键　回车放大　Esc 返回",
            "Keys: 1 4 9 0(16), arrows, Enter enlarges, Esc goes back",
          )}
        </span>
      </header>
      <aside className="notice" aria-label={say("说明", "Notice")}>
        <span role="note">{lead(say)}</span>
      </aside>
      <main className="tiles" data-count={chosen.count} ref={room}>
        {shown.map((camera) => (
          <Tile
            key={camera.camera_id}
            camera={camera}
            news={news.get(camera.camera_id)}
            boxes={chosen.boxes}
            zones={chosen.zones}
            whepUrl={chosen.count === 1 ? (settings?.whep_url ?? null) : null}
            enlarge={() => enlarge(camera)}
          />
        ))}
        {cameras &&
          cameras.length > 0 &&
          Array.from({ length: chosen.count - shown.length }, (_, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an empty place is nothing but its place
            <div key={place} className="tile vacant" />
          ))}
        {cameras?.length === 0 && <p className="empty">{say("这里还没有摄像机。", "There is no camera here yet.")}</p>}
      </main>
    </div>
  );
}

// One connection for all tiles; it comes back by itself, and nobody sends anything to a page that is hidden.
function useNews(cameras: readonly CameraView[]): ReadonlyMap<string, TileNews> {
  const [news, setNews] = useState<ReadonlyMap<string, TileNews>>(new Map());
  const ids = cameras.map((camera) => camera.camera_id).join(" ");
  useEffect(() => {
    if (ids === "") return;
    const query = ids
      .split(" ")
      .map((id) => `camera_id=${encodeURIComponent(id)}`)
      .join("&");
    let ending: AbortController | null = null;
    const tell = (id: string, change: Partial<TileNews>) =>
      setNews((before) => {
        const known = before.get(id) ?? { zones: [], state: null, look: null, isLost: false };
        return new Map(before).set(id, { ...known, ...change });
      });
    const begin = () => {
      ending = new AbortController();
      void follow(
        {
          address: () => `/api/v1/live/feed?${query}`,
          place: { last: null },
          silentMs: SILENT_MS,
          heard: ({ name, data }) => {
            const told = { ...(JSON.parse(data) as { camera_id: string }), heard_at_ms: performance.now() };
            const id = told.camera_id;
            if (name === "camera") tell(id, { zones: (told as unknown as { zones: WallZone[] }).zones, isLost: false });
            else if (name === "state") {
              const state = told as unknown as TileState;
              tell(id, { state, isLost: false, ...(state.has_picture ? {} : { look: null }) });
            } else if (name === "picture") tell(id, { look: told as unknown as Look, isLost: false });
            else if (name === "gone") tell(id, { look: null, state: null, isLost: false });
          },
          changed: (state) => {
            if (state === "lost") for (const id of ids.split(" ")) tell(id, { look: null, isLost: true });
          },
        },
        ending.signal,
      );
    };
    const look = () => {
      ending?.abort();
      if (!document.hidden) begin();
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      ending?.abort();
    };
  }, [ids]);
  return news;
}
