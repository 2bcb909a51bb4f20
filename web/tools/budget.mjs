// What a browser loads before a route can be used, packed by gzip. More than the budget fails the build.

import { readFileSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";

export const BUDGET_BYTES = 300_000;

// The files of a chunk and of all that it imports at once; what it imports later is not among them.
export function filesOf(manifest, name, seen = new Set()) {
  if (seen.has(name)) return [];
  seen.add(name);
  const chunk = manifest[name];
  return [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap((one) => filesOf(manifest, one, seen))];
}

export function loads(manifest, size) {
  const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
  const routes = Object.keys(manifest).filter((name) => manifest[name].isDynamicEntry);
  const of = (names) =>
    [...new Set(names.flatMap((name) => filesOf(manifest, name)))].reduce((sum, file) => sum + size(file), 0);
  return { [entry]: of([entry]), ...Object.fromEntries(routes.map((route) => [route, of([entry, route])])) };
}

function main() {
  const built = new URL("../../api/console/", import.meta.url);
  const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", built), "utf-8"));
  const found = loads(manifest, (file) => gzipSync(readFileSync(new URL(file, built))).length);
  for (const [route, bytes] of Object.entries(found))
    console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  ${route}`);
  rmSync(new URL(".vite", built), { recursive: true });
  // The charts are no route: the page is there before they are.
  const tooLarge = Object.entries(found).filter(([route, bytes]) => bytes > BUDGET_BYTES && !route.includes("/chart/"));
  if (tooLarge.length > 0) {
    console.error(`more than ${BUDGET_BYTES / 1000} kB: ${tooLarge.map(([route]) => route).join(", ")}`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) main();
