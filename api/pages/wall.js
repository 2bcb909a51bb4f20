// The wall: live pictures of 1, 4, 9 or 16 cameras with what was seen in them. A picture that stops is taken away.

import { CAUSES, CONDITIONS } from "./cameras.js";
import { ask, askAll } from "./request.js";
import { agoSeconds, clockTime, fill, LEAD, make, say, switchLanguage, currentLanguage } from "./words.js";
import { drawLook } from "./wall-drawing.js";
import { playByWhep } from "./whep.js";

const COUNTS = [1, 4, 9, 16];
const SILENT_MS = 12000; // a camera's state is said every 5 seconds: longer silence is a broken connection
const KEY = "brightkitchen.wall";

const wall = { cameras: [], page: 0, count: 4, boxes: true, zones: true, tiles: new Map(), source: null, settings: null, me: null };

class Tile {
  constructor(camera) {
    this.camera = camera;
    this.zones = [];
    this.heardAt = Date.now();
    this.canvas = make("canvas", { "aria-hidden": "true" });
    this.words = make("div", { class: "words" });
    this.badge = make("span", { class: "badge" });
    this.age = make("span", { class: "age" });
    this.element = make(
      "article",
      { class: "tile", tabindex: "0", role: "img", "data-camera": camera.camera_id, "aria-label": camera.name, ondblclick: () => enlarge(camera) },
      this.canvas,
      this.words,
      make("div", { class: "top" }, make("b", {}, camera.name), this.age, this.badge),
    );
    this.tell(say("正在连接…", "Connecting…"));
  }

  showCamera(data) {
    this.zones = data.zones;
    this.draw();
  }

  showState(state) {
    this.heardAt = Date.now();
    this.state = state;
    const isFine = state.condition === "online" && state.has_picture;
    this.badge.className = `badge ${isFine ? "good" : state.condition}`;
    const name = (CONDITIONS[state.condition] || CONDITIONS.offline)();
    this.badge.textContent = state.condition === "online" && !state.has_picture ? say("在线 · 无画面", "Online · no picture") : name;
    if (state.has_picture && state.cause && CAUSES[state.cause]) this.badge.textContent += ` · ${CAUSES[state.cause]()}`;
    if (!state.has_picture) this.showNothing(state);
  }

  // In words, and with the last picture taken away: it must not be read as a quiet kitchen.
  showNothing(state) {
    this.last = null;
    this.image = null;
    this.clear();
    this.age.textContent = "";
    const silence = state.last_picture_age_seconds; // by the service's clock: this screen's may be wrong
    const cause = state.cause && (CAUSES[state.cause] ? CAUSES[state.cause]() : state.cause.replaceAll("_", " "));
    const { pause } = state;
    if (state.condition === "paused") {
      this.tell(say("已暂停，无画面，未作判断", "Paused, no picture, not judged"), "paused", [
        pause && say(`${pause.by} 于 ${clockTime(pause.at)} 暂停`, `by ${pause.by}, ${clockTime(pause.at)}`),
        pause?.reason,
      ]);
    } else {
      this.tell(say("无画面", "No picture"), "", [
        cause,
        state.since && say(`自 ${clockTime(state.since)} 起`, `since ${clockTime(state.since)}`),
        silence === null ? null : say(`最后画面：${agoSeconds(silence)}`, `last picture ${agoSeconds(silence)}`),
      ]);
    }
  }

  tell(title, kind = "", lines = []) {
    this.words.hidden = false;
    this.words.className = `words ${kind}`;
    fill(
      this.words,
      make("strong", {}, title),
      lines.filter(Boolean).map((line) => make("span", {}, line)),
      kind !== "private" && make("small", {}, say("此处情况未知，不代表合规", "Nothing is known of this place; that does not mean it is fine")),
    );
  }

  showPicture(data) {
    this.heardAt = Date.now();
    this.last = data;
    if (data.jpeg === null) {
      this.image = null;
      this.tell(say("画面未遮挡人脸，您的账户无权查看", "Pictures show faces; your account may not see them"), "private");
      this.draw();
      return;
    }
    const image = new Image();
    image.onload = () => {
      if (this.last !== data) return; // a newer one, or none, has taken its place
      this.image = image;
      this.words.hidden = true;
      this.draw();
    };
    image.src = `data:image/jpeg;base64,${data.jpeg}`;
  }

  draw() {
    if (!this.last) return this.clear();
    this.age.textContent = clockTime(this.last.captured_at);
    drawLook(this.canvas, this.isPlaying ? null : this.image, this.last, this.zones, { boxes: wall.boxes, zones: wall.zones });
    this.element.dataset.boxes = String(wall.boxes ? this.last.boxes.length : 0);
  }

  clear() {
    this.canvas.width = this.canvas.width; // empties it
    delete this.element.dataset.boxes;
  }

  watchSilence() {
    if (Date.now() - this.heardAt < SILENT_MS) return;
    this.last = this.image = null;
    this.clear();
    this.age.textContent = "";
    this.badge.className = "badge offline";
    this.badge.textContent = say("连接中断", "Connection lost");
    this.tell(say("与服务的连接中断，无画面", "No connection to the service, no picture"));
  }

  leave() {
    this.stopVideo?.();
  }
}

function shownCameras() {
  return wall.cameras.slice(wall.page * wall.count, (wall.page + 1) * wall.count);
}

function pages() {
  return Math.max(1, Math.ceil(wall.cameras.length / wall.count));
}

function show() {
  wall.page = Math.min(Math.max(0, wall.page), pages() - 1);
  remember();
  drawBar();
  wall.tiles.forEach((tile) => tile.leave());
  wall.tiles = new Map(shownCameras().map((camera) => [camera.camera_id, new Tile(camera)]));
  const room = document.getElementById("tiles");
  room.dataset.count = wall.count;
  const vacant = Array.from({ length: wall.count - wall.tiles.size }, () => make("div", { class: "tile vacant" }));
  fill(room, [...wall.tiles.values()].map((tile) => tile.element), wall.cameras.length ? vacant : make("p", { class: "empty" }, say("这里还没有摄像机。", "There is no camera here yet.")));
  follow();
}

// One connection for all tiles; it comes back by itself.
function follow() {
  wall.source?.close();
  wall.source = null;
  if (wall.tiles.size === 0) return;
  const query = [...wall.tiles.keys()].map((id) => `camera_id=${encodeURIComponent(id)}`).join("&");
  const source = (wall.source = new EventSource(`/api/v1/live/feed?${query}`));
  const hear = (name, take) =>
    source.addEventListener(name, (event) => {
      const data = JSON.parse(event.data);
      const tile = wall.tiles.get(data.camera_id);
      if (tile) take(tile, data);
    });
  hear("camera", (tile, data) => {
    tile.showCamera(data);
    // A media server gives the camera's own stream, with the parts in it that nobody may see.
    if (data.zones.some((zone) => zone.type === "private")) tile.stopVideo?.();
    else if (wall.settings.whep_url && wall.count === 1 && !tile.stopVideo) playByWhep(tile, wall.settings.whep_url);
  });
  hear("state", (tile, data) => tile.showState(data));
  hear("picture", (tile, data) => tile.showPicture(data));
  hear("gone", (tile) => tile.showNothing({ condition: "offline", cause: null, since: null }));
}

function drawBar() {
  const button = (text, pressed, onclick, id) => make("button", { type: "button", id, "aria-pressed": String(pressed), onclick }, text);
  fill(
    document.getElementById("bar"),
    make("a", { href: "/plain#/cameras" }, "明厨"),
    make("strong", {}, say("画面墙", "Wall")),
    COUNTS.map((count) => button(String(count), wall.count === count, () => ((wall.count = count), show()), `count-${count}`)),
    button(say("框 B", "Boxes B"), wall.boxes, () => turn("boxes"), "boxes"),
    button(say("区域 Z", "Zones Z"), wall.zones, () => turn("zones"), "zones"),
    make("button", { type: "button", id: "before", onclick: () => step(-1), "aria-label": say("上一页", "Previous page") }, "‹"),
    make("span", { id: "page" }, `${wall.page + 1} / ${pages()}`),
    make("button", { type: "button", id: "after", onclick: () => step(1), "aria-label": say("下一页", "Next page") }, "›"),
    button(say("全屏 F", "Full screen F"), Boolean(document.fullscreenElement), fullScreen, "full"),
    make("button", { type: "button", id: "language", onclick: () => (switchLanguage(), show()) }, currentLanguage() === "zh" ? "EN" : "中文"),
    make("span", { class: "keys" }, say("键：1 4 9 0(16)　方向键　回车放大　Esc 返回", "Keys: 1 4 9 0(16), arrows, Enter enlarges, Esc goes back")),
  );
  document.getElementById("notice").textContent = LEAD();
}

function turn(what) {
  wall[what] = !wall[what];
  remember();
  drawBar();
  wall.tiles.forEach((tile) => tile.draw());
}

function step(by) {
  const wanted = wall.page + by;
  if (wanted < 0 || wanted >= pages()) return;
  wall.page = wanted;
  show();
}

function enlarge(camera) {
  wall.before = { count: wall.count, page: wall.page };
  wall.count = 1;
  wall.page = wall.cameras.indexOf(camera);
  show();
  focusTile(0);
}

function goBack() {
  if (!wall.before) return;
  Object.assign(wall, wall.before, { before: null });
  show();
  focusTile(0);
}

function focusTile(place) {
  const tiles = [...wall.tiles.values()];
  tiles[Math.min(Math.max(0, place), tiles.length - 1)]?.element.focus();
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const tiles = [...wall.tiles.values()];
  const here = tiles.findIndex((tile) => tile.element === document.activeElement);
  const across = Math.sqrt(wall.count);
  const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across };
  const counts = { 1: 1, 4: 4, 9: 9, 0: 16 };
  if (event.key in counts) (wall.count = counts[event.key]), (wall.before = null), show();
  else if (event.key in moves) focusTile(here < 0 ? 0 : here + moves[event.key]);
  else if (event.key === "Enter" && here >= 0) enlarge(tiles[here].camera);
  else if (event.key === "Escape") goBack();
  else if (event.key === "PageDown") step(1);
  else if (event.key === "PageUp") step(-1);
  else if (event.key.toLowerCase() === "b") turn("boxes");
  else if (event.key.toLowerCase() === "z") turn("zones");
  else if (event.key.toLowerCase() === "f") fullScreen();
  else return;
  event.preventDefault();
}

function remember() {
  const { count, page, boxes, zones } = wall;
  try {
    localStorage.setItem(KEY, JSON.stringify({ count, page, boxes, zones }));
  } catch {
    // storage may be switched off; then the choice lasts as long as the page
  }
}

function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) || "{}");
    if (COUNTS.includes(kept.count)) wall.count = kept.count;
    if (Number.isInteger(kept.page)) wall.page = kept.page;
    for (const what of ["boxes", "zones"]) if (typeof kept[what] === "boolean") wall[what] = kept[what];
  } catch {
    // what was kept is none of ours
  }
}

async function start() {
  recall();
  [wall.me, wall.settings, wall.cameras] = await Promise.all([ask("/me"), ask("/live"), askAll("/cameras")]);
  addEventListener("keydown", pressed);
  addEventListener("resize", () => wall.tiles.forEach((tile) => tile.draw()));
  // Nobody looks at a hidden page, so nothing is sent to it.
  document.addEventListener("visibilitychange", () => (document.hidden ? wall.source?.close() : show()));
  setInterval(() => wall.tiles.forEach((tile) => tile.watchSilence()), 1000);
  setInterval(() => ask("/me").catch(() => {}), 60000); // an ended login leads back to the login page
  show();
}

start();
