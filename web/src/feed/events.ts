// Server-sent events as a stream of values. Unlike the browser's own EventSource it hears every event by any name, so a
// step that the service learns tomorrow is heard without a change here, and it notices a connection that went silent.

export interface ServerEvent {
  name: string;
  data: string;
}

// `place` is the last id that was said, with an event or in a comment between two. It counts once its block is complete: a
// connection that breaks within an event must be taken up before it.
export class EventReader {
  place: string | null = null;
  #said: string | null = null;
  #rest = "";
  #name = "";
  #data: string[] = [];

  // The events that this piece of text completes.
  read(text: string): ServerEvent[] {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): ServerEvent[] {
    if (line === "") return this.#complete();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#name = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id") this.#said = value;
    return [];
  }

  #complete(): ServerEvent[] {
    const event = { name: this.#name || "message", data: this.#data.join("\n") };
    const isEvent = this.#data.length > 0;
    this.place = this.#said ?? this.place;
    this.#name = "";
    this.#data = [];
    return isEvent ? [event] : [];
  }
}
