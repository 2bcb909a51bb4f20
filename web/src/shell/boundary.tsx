// A part of the page that fails says so, and leaves the rest of the page alone.

import { Component, type ReactNode } from "react";

interface Given {
  place?: string; // where the page stands: a fault is of its place and does not follow to another
  children: ReactNode;
}

export class Boundary extends Component<Given, { fault: Error | null }> {
  override state = { fault: null as Error | null };

  static getDerivedStateFromError(fault: Error) {
    return { fault };
  }

  override componentDidUpdate(before: Given) {
    if (before.place !== this.props.place && this.state.fault !== null) this.setState({ fault: null });
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
