// What the words mean, which keys there are, and the tour again.

import { useEffect } from "react";
import { useLocation } from "react-router";
import { TERMS } from "../api/generated/glossary";
import { useSay } from "../shell/preferences";
import "../styles/help.css";
import { placeOfTerm } from "./term";
import { startTour } from "./tour";

export default function Help() {
  const say = useSay();
  const { hash } = useLocation();
  useEffect(() => {
    if (hash) document.getElementById(hash.slice(1))?.scrollIntoView({ block: "center" });
  }, [hash]);
  const seen = new Set<string>();
  return (
    <div className="help">
      <div className="heading">
        <h1>{say("帮助与词汇", "Help and words")}</h1>
        <button type="button" className="button push" id="start-tour" onClick={startTour}>
          {say("开始导览", "Start the tour")}
        </button>
      </div>
      <section className="card pad" aria-label={say("词汇表", "Glossary")}>
        <h2>{say("词汇表：一词一义", "One word, one meaning")}</h2>
        <dl className="terms">
          {TERMS.map((term) => {
            const isFirst = !seen.has(term.word);
            seen.add(term.word);
            const place = placeOfTerm(term.word);
            return (
              <div
                key={`${term.word} ${term.zh}`}
                id={isFirst ? place : undefined}
                className={hash === `#${place}` && isFirst ? "meant" : ""}
              >
                <dt>
                  {say(term.zh, term.word)} <span className="soft small">{say(term.word, term.zh)}</span>
                </dt>
                <dd lang={term.meansZh ? undefined : "en"}>{say(term.meansZh || term.en, term.en)}</dd>
              </div>
            );
          })}
        </dl>
      </section>
    </div>
  );
}
