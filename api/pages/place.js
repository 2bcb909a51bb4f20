// Before a new camera is watched a person looks at what it shows, and says that it is no place that must not be.

import { ask } from "./request.js";
import { clockTime, fill, make, say } from "./words.js";

const QUESTION = () =>
  say(
    "请确认画面不是更衣室、卫生间、宿舍、母婴室、休息室等禁止拍摄的场所。确认之前不分析、不保存。",
    "Confirm that this is no changing room, toilet, dormitory, nursing room, rest room or the like. Until then nothing is analysed or kept.",
  );

// Draws into a camera's card; `changed` is called once a verdict was stored.
export function showPlace(card, status, changed) {
  const isForbidden = status.condition === "forbidden";
  if (card.placeShown === status.condition) return;
  card.placeShown = status.condition;
  card.forget();
  card.picture.className = "picture none place";
  const place = card.camera.place || {};
  fill(
    card.picture,
    make("strong", {}, isForbidden ? say("禁止拍摄的场所，不分析", "A place that must not be watched") : say("待人工确认场所", "Waits for a person to look")),
    isForbidden && place.by && make("span", {}, say(`${place.by} 于 ${clockTime(place.at)} 认定`, `found by ${place.by}, ${clockTime(place.at)}`)),
    make("small", {}, say("不分析、不保存任何画面", "Nothing is analysed or kept")),
    card.mayKeep && card.mayLook && make("button", { type: "button", class: "look", onclick: () => look(card, changed) }, isForbidden ? say("重新查看", "Look again") : say("查看首帧", "Look at its first picture")),
  );
}

export async function look(card, changed) {
  const fault = make("p", { class: "fault", role: "alert" });
  fill(card.picture, make("span", {}, say("正在打开摄像机…", "Opening the camera…")));
  const answer = await fetch(`/api/v1/cameras/${card.camera.camera_id}/first-picture.jpg`);
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    fill(
      card.picture,
      make("strong", {}, say("没有画面，无法确认", "No picture, so nothing can be confirmed")),
      make("span", {}, problem.cause || problem.detail || ""),
      make("button", { type: "button", class: "look", onclick: () => look(card, changed) }, say("再试一次", "Try again")),
    );
    return;
  }
  const sha256 = (answer.headers.get("ETag") || "").replaceAll('"', "");
  const url = URL.createObjectURL(await answer.blob());
  card.forget();
  card.url = url;
  const tell = async (verdict) => {
    try {
      card.camera = await ask(`/cameras/${card.camera.camera_id}/place`, { method: "POST", body: { verdict, picture_sha256: sha256 } });
      card.placeShown = null;
      await changed();
    } catch (problem) {
      fault.textContent = problem.message;
    }
  };
  card.picture.className = "picture";
  fill(card.picture, make("img", { src: url, alt: say("首帧", "First picture") }));
  card.element.querySelector(".place-form")?.remove();
  card.picture.after(
    make(
      "div",
      { class: "place-form" },
      make("p", { class: "small" }, QUESTION()),
      fault,
      make("button", { type: "button", class: "main confirm-place", onclick: () => tell("confirmed") }, say("不是禁拍场所，开始分析", "It is none: begin")),
      " ",
      make("button", { type: "button", class: "quiet forbid-place", onclick: () => tell("forbidden") }, say("是禁拍场所", "It is one")),
    ),
  );
}
