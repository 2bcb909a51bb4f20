// What was seen, drawn over its picture. Boxes, regions and zones come in fractions of the picture.

import { attireName, labelName } from "../words/names";
import { type Say, spelled } from "../words/say";

export interface LookBox {
  label: string;
  confidence: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
  is_confirmed: boolean;
  attire: Record<string, string>;
}

export interface Look {
  camera_id: string;
  captured_at: string;
  age_seconds: number; // when it was sent
  heard_at_ms: number;
  width_px: number;
  height_px: number;
  jpeg: string | null;
  boxes: LookBox[];
  regions: { name: string; state: string | null; is_breach: boolean; corners: [number, number][] }[];
}

export interface WallZone {
  name: string;
  type: string;
  corners: [number, number][];
  is_asleep: boolean;
}

// Places that nobody looks at now; a mask that sleeps is none of them.
export const restingPlaces = (zones: readonly WallZone[]): WallZone[] =>
  placesOf(zones).filter((zone) => zone.is_asleep);

export const placesOf = (zones: readonly WallZone[]): WallZone[] =>
  zones.filter((zone) => !["ignored", "private", "screen"].includes(zone.type));

const WORN: Record<string, string> = { present: "✓", absent: "✗", unclear: "?" };
const COLOURS = {
  box: "#ffd35c",
  weak: "#9fd0ff",
  zone: "#6cc3ff",
  breach: "#ff6a5c",
  calm: "#7fe0a8",
  unknown: "#c9d4d1",
};

export interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

// Where a picture lies in a room that it need not fill.
export function fitted(
  room: { width: number; height: number },
  picture: { width_px: number; height_px: number },
): Place {
  const fit = Math.min(room.width / picture.width_px, room.height / picture.height_px);
  const width = picture.width_px * fit;
  const height = picture.height_px * fit;
  return { left: (room.width - width) / 2, top: (room.height - height) / 2, width, height };
}

interface Wanted {
  boxes: boolean;
  zones: boolean;
}

export function drawLook(
  canvas: HTMLCanvasElement,
  image: HTMLImageElement | null,
  look: Look,
  zones: readonly WallZone[],
  wanted: Wanted,
  say: Say,
): void {
  const scale = Math.min(2, devicePixelRatio || 1);
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.scale(scale, scale);
  const place = fitted({ width, height }, look);
  if (image) pen.drawImage(image, place.left, place.top, place.width, place.height);
  pen.font = `600 ${Math.max(10, Math.min(15, width / 38))}px sans-serif`;
  pen.textBaseline = "bottom";
  if (wanted.zones)
    for (const zone of zones) {
      const words = zone.type === "ignored" ? say("此刻不遮挡", "no mask now") : say("此刻不看", "not looked at now");
      if (zone.is_asleep) outline(pen, place, zone.corners, COLOURS.unknown, [2, 5], `${zone.name} · ${words}`);
      else outline(pen, place, zone.corners, COLOURS.zone, [6, 4], zone.name);
    }
  if (!wanted.boxes) return;
  for (const region of look.regions) {
    const colour = region.state === null ? COLOURS.unknown : region.is_breach ? COLOURS.breach : COLOURS.calm;
    const state = region.state === null ? say("未知", "unknown") : spelled(region.state);
    outline(pen, place, region.corners, colour, [], `${region.name}：${state}`);
  }
  for (const box of look.boxes) drawBox(pen, place, box, say);
}

type Pen = CanvasRenderingContext2D;

function outline(
  pen: Pen,
  place: Place,
  corners: [number, number][],
  colour: string,
  dashes: number[],
  name: string,
): void {
  const points = corners.map(([x, y]): [number, number] => [
    place.left + x * place.width,
    place.top + y * place.height,
  ]);
  const [first, ...rest] = points;
  if (!first) return;
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.setLineDash(dashes);
  pen.beginPath();
  pen.moveTo(...first);
  for (const point of rest) pen.lineTo(...point);
  pen.closePath();
  pen.stroke();
  pen.setLineDash([]);
  const [x, y] = points.reduce((highest, point) => (point[1] < highest[1] ? point : highest));
  label(pen, name, x + 3, y + 17, colour);
}

function drawBox(pen: Pen, place: Place, box: LookBox, say: Say): void {
  const left = place.left + box.left * place.width;
  const top = place.top + box.top * place.height;
  const colour = box.is_confirmed ? COLOURS.box : COLOURS.weak;
  pen.strokeStyle = colour;
  pen.lineWidth = box.is_confirmed ? 2 : 1;
  pen.strokeRect(left, top, (box.right - box.left) * place.width, (box.bottom - box.top) * place.height);
  const worn = Object.entries(box.attire).map(([what, state]) => `${attireName(say, what)}${WORN[state] ?? "?"}`);
  const words = [`${labelName(say, box.label)} ${Math.round(box.confidence * 100)}%`, ...worn].join(" ");
  label(pen, words, left, Math.max(top, place.top + 16), colour);
}

function label(pen: Pen, text: string, left: number, bottom: number, colour: string): void {
  pen.fillStyle = "rgb(6 11 10 / 72%)";
  pen.fillRect(left, bottom - 16, pen.measureText(text).width + 6, 16);
  pen.fillStyle = colour;
  pen.fillText(text, left + 3, bottom - 1);
}
