// The part of a picture that a head looks at: what is drawn, and what the service makes of it.

import type { Point } from "../api/client";
import { at } from "../cameras/zones";

export interface Room {
  left: number; // fractions of the picture, like the others
  top: number;
  right: number;
  bottom: number;
}

export const WHOLE: Room = { left: 0, top: 0, right: 1, bottom: 1 };
const LEAST = 0.02; // a narrower room shows nothing

export function spanned(one: Point, other: Point): Room {
  return {
    left: Math.min(one.x, other.x),
    top: Math.min(one.y, other.y),
    right: Math.max(one.x, other.x),
    bottom: Math.max(one.y, other.y),
  };
}

export function cornersOf(room: Room): Point[] {
  return [at(room.left, room.top), at(room.right, room.top), at(room.right, room.bottom), at(room.left, room.bottom)];
}

export function isWide(room: Room): boolean {
  return room.right - room.left >= LEAST && room.bottom - room.top >= LEAST;
}

export function edge(room: Room, name: keyof Room, percent: number): Room {
  return { ...room, [name]: Math.min(100, Math.max(0, Number.isFinite(percent) ? percent : 0)) / 100 };
}

export const points = (corners: readonly Point[]): string =>
  corners.map((corner) => `${corner.x * 1000},${corner.y * 1000}`).join(" ");
