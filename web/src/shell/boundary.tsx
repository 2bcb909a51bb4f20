// A part of the page that fails says so, and leaves the rest of the page alone.

import { Component, type ReactNode } from "react";

export class Boundary extends Component<{ children: ReactNode }, { fault: Error | null }> {
  override state = { fault: null as Error | null };

  static getDerivedStateFromError(fault: Error) {
    return { fault };
  }

  override render() {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    return (
      <div className="card pad" role="alert">
        <h1>此页面出错 · This page has failed</h1>
        <p>{fault.message}</p>
        <button type="button" className="plain" onClick={() => location.reload()}>
          重新载入 · Load again
        </button>
      </div>
    );
  }
}
