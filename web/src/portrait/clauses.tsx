// Clauses as the ledgers hold them, in the words of the catalogue where it knows them.

import { useCodes } from "../api/queries";
import { useSay } from "../shell/preferences";
import { clauseOf } from "../words/credit";

export function Clauses({ references }: { references: readonly string[] }) {
  const say = useSay();
  const { data: codes = [] } = useCodes();
  if (references.length === 0) return null;
  return (
    <span className="clauses small">
      {references.map((reference) => {
        const clause = clauseOf(say, reference, codes);
        return (
          <span key={reference}>
            {clause.url ? (
              <a href={clause.url} target="_blank" rel="noreferrer">
                {clause.text}
              </a>
            ) : (
              <span>{clause.text}</span>
            )}
            {clause.isVerified === false && (
              <span className="soft">{say("（条文未核实）", " (text not verified)")}</span>
            )}
          </span>
        );
      })}
    </span>
  );
}
