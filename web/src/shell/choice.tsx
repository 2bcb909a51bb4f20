// Ant Design's select, with a name on its list too: the library names the field and leaves the list without one, so that a screen
// reader says "list" and nothing more.

import { Select, type SelectProps } from "antd";

export type Choice<Value> = SelectProps<Value> & { "aria-label": string };

export function Choice<Value>(given: Choice<Value>) {
  const named = (node: HTMLDivElement | null) =>
    node?.querySelector("[role=listbox]")?.setAttribute("aria-label", given["aria-label"]);
  return <Select<Value> {...given} popupRender={(list) => <div ref={named}>{list}</div>} />;
}
