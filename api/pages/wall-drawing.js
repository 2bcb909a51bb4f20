// What was seen, drawn over its picture. Boxes, regions and zones come in fractions of the picture.

import { say } from "./words.js";

const LABELS = {
  person: () => say("人员", "person"),
  rodent: () => say("鼠类", "rodent"),
  cat: () => say("猫", "cat"),
  dog: () => say("狗", "dog"),
  cockroach: () => say("蟑螂", "cockroach"),
  cigarette: () => say("香烟", "cigarette"),
  phone: () => say("手机", "phone"),
  head_bare: () => say("未戴帽", "bare head"),
  face_masked: () => say("戴口罩", "masked face"),
  face_unmasked: () => say("未戴口罩", "unmasked face"),
  face_mask_misworn: () => say("口罩未戴好", "misworn mask"),
  helmet: () => say("安全帽", "helmet"),
  safety_vest: () => say("反光背心", "safety vest"),
  bin: () => say("垃圾桶", "bin"),
  bin_overflowing: () => say("垃圾桶满溢", "overflowing bin"),
  garbage: () => say("垃圾", "garbage"),
  fire: () => say("明火", "fire"),
  smoke: () => say("烟雾", "smoke"),
  glove: () => say("手套", "glove"),
  bare_hand: () => say("裸手", "bare hand"),
  wet_floor: () => say("地面积水", "wet floor"),
};
const ATTIRE = {
  headwear: () => say("帽", "headwear"),
  kitchen_uniform: () => say("工服", "uniform"),
  mask: () => say("口罩", "mask"),
};
const WORN = { present: "✓", absent: "✗", unclear: "?" };
const COLOURS = { box: "#ffd35c", weak: "#9fd0ff", zone: "#6cc3ff", breach: "#ff6a5c", calm: "#7fe0a8", unknown: "#c9d4d1" };

export function drawLook(canvas, image, look, zones, wanted) {
  const scale = Math.min(2, devicePixelRatio || 1);
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  const fit = Math.min(width / look.width_px, height / look.height_px);
  const place = { left: (width - look.width_px * fit) / 2, top: (height - look.height_px * fit) / 2, width: look.width_px * fit, height: look.height_px * fit };
  if (image) pen.drawImage(image, place.left, place.top, place.width, place.height);
  pen.font = `600 ${Math.max(10, Math.min(15, width / 38))}px sans-serif`;
  pen.textBaseline = "bottom";
  if (wanted.zones) for (const zone of zones) drawZone(pen, place, zone);
  if (!wanted.boxes) return;
  for (const region of look.regions) {
    const colour = region.state === null ? COLOURS.unknown : region.is_breach ? COLOURS.breach : COLOURS.calm;
    outline(pen, place, region.corners, colour, [], `${region.name}：${region.state ?? say("未知", "unknown")}`);
  }
  for (const box of look.boxes) drawBox(pen, place, box);
}

// A zone that sleeps is not looked at, and never read as calm; of a mask it means that nothing is hidden.
function drawZone(pen, place, zone) {
  if (!zone.is_asleep) return outline(pen, place, zone.corners, COLOURS.zone, [6, 4], zone.name);
  const words = zone.type === "ignored" ? say("此刻不遮挡", "no mask now") : say("此刻不看", "not looked at now");
  outline(pen, place, zone.corners, COLOURS.unknown, [2, 5], `${zone.name} · ${words}`);
}

function outline(pen, place, corners, colour, dashes, name) {
  const points = corners.map(([x, y]) => [place.left + x * place.width, place.top + y * place.height]);
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.setLineDash(dashes);
  pen.beginPath();
  points.forEach(([x, y], number) => (number ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.closePath();
  pen.stroke();
  pen.setLineDash([]);
  const [x, y] = points.reduce((highest, point) => (point[1] < highest[1] ? point : highest));
  label(pen, name, x + 3, y + 17, colour);
}

function drawBox(pen, place, box) {
  const left = place.left + box.left * place.width;
  const top = place.top + box.top * place.height;
  const colour = box.is_confirmed ? COLOURS.box : COLOURS.weak;
  pen.strokeStyle = colour;
  pen.lineWidth = box.is_confirmed ? 2 : 1;
  pen.strokeRect(left, top, (box.right - box.left) * place.width, (box.bottom - box.top) * place.height);
  const worn = Object.entries(box.attire).map(([what, state]) => `${ATTIRE[what] ? ATTIRE[what]() : what}${WORN[state] ?? "?"}`);
  const name = LABELS[box.label] ? LABELS[box.label]() : box.label.replaceAll("_", " ");
  label(pen, [`${name} ${Math.round(box.confidence * 100)}%`, ...worn].join(" "), left, Math.max(top, place.top + 16), colour);
}

function label(pen, text, left, bottom, colour) {
  const width = pen.measureText(text).width + 6;
  pen.fillStyle = "rgb(6 11 10 / 72%)";
  pen.fillRect(left, bottom - 16, width, 16);
  pen.fillStyle = colour;
  pen.fillText(text, left + 3, bottom - 1);
}
