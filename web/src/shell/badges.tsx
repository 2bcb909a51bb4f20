import { className, shortClassName, stateName } from "../words/names";
import { useSay } from "./preferences";

export function ClassBadge({ name, isShort = false }: { name: string; isShort?: boolean }) {
  const say = useSay();
  return <span className={`badge class-${name}`}>{isShort ? shortClassName(say, name) : className(say, name)}</span>;
}

export function StateBadge({ state }: { state: string }) {
  const say = useSay();
  return <span className={`badge state-${state}`}>{stateName(say, state)}</span>;
}
