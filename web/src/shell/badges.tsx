import { className, stateName } from "../words/names";
import { useSay } from "./preferences";

export function ClassBadge({ name }: { name: string }) {
  const say = useSay();
  return <span className={`badge class-${name}`}>{className(say, name)}</span>;
}

export function StateBadge({ state }: { state: string }) {
  const say = useSay();
  return <span className={`badge state-${state}`}>{stateName(say, state)}</span>;
}
