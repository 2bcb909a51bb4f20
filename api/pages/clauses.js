// One clause as a line: the law in the version of the day, whether it was in force, and who has read it.

import { make, say } from "./words.js";

export function clauseLine(clause) {
  const name = say(clause.law, clause.law_en) || clause.clause_id;
  const place = `${name}${clause.version && say(`（${clause.version}）`, ` (${clause.version})`)} ${clause.article} `;
  return make(
    "li",
    { "data-clause": clause.clause_id },
    clause.url ? make("a", { href: clause.url, rel: "noreferrer", target: "_blank" }, place) : place,
    clause.document && make("span", { class: "soft small" }, `${clause.publisher} ${clause.document} `),
    verified(clause),
    clause.law && !clause.in_force && make("span", { class: "badge warn out-of-force" }, say("当日未生效", "not in force that day")),
  );
}

function verified(clause) {
  if (!clause.verified) return make("span", { class: "badge warn" }, say("条文未核实", "text not verified"));
  const who = `${clause.verified_by} ${clause.verified_on} · ${clause.verified_text}`;
  return make("span", { class: "badge good", title: who }, say("条文已核实", "text verified"));
}
