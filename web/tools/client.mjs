// The typed client from the OpenAPI document, and the steps of an alert that the document offers.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const source = new URL("../../docs/reference/openapi.json", import.meta.url);
const folder = new URL("../src/api/generated/", import.meta.url);

const document = JSON.parse(await readFile(source, "utf-8"));
const types = astToString(await openapiTS(document, { enumValues: true, emptyObjectsUnknown: true }));
await mkdir(folder, { recursive: true });
await writeFile(new URL("schema.ts", folder), `// Made by tools/client.mjs.\n${types}`);
await writeFile(new URL("verbs.ts", folder), verbs(document));

// Each POST on one alert that takes a verdict's body: a step that the API gets tomorrow is offered without a change here.
function verbs(api) {
  const found = Object.entries(api.paths).flatMap(([path, operations]) => {
    const verb = /^\/api\/v1\/alerts\/\{alert_id\}\/([a-z-]+)$/.exec(path)?.[1];
    const body = operations.post?.requestBody?.content?.["application/json"]?.schema?.$ref ?? "";
    return verb && body.endsWith("/VerdictBody") ? [{ verb, what: operations.post.description ?? verb }] : [];
  });
  return `// Made by tools/client.mjs.\nexport const OFFERED: readonly { verb: string; what: string }[] = ${JSON.stringify(found, null, 2)};\n`;
}
