// The live feed. The browser reconnects by itself and says where it was (Last-Event-ID); what it cannot mend we do.

import { ask } from "./request.js";

const STEPS = [
  "raised", "updated", "ended", "acknowledged", "confirmed", "dismissed", "unclear", "disputed", "rectified", "closed",
];
const HIDDEN_SECONDS = 60; // a browser has few connections per server: a page that nobody sees gives its own back
const RETRY_SECONDS = 5;

// `heard` is called with each step's payload, `changed` with live | connecting | lost and whether entries may have
// been missed, which is so only where the feed had to be begun anew without a place to go on from.
export function follow(heard, changed) {
  let source = null;
  let place = null;
  let wasLive = false;

  function open() {
    source = new EventSource(place === null ? "/api/v1/alerts/feed" : `/api/v1/alerts/feed?after=${place}`);
    const begunAnew = place === null && wasLive;
    source.addEventListener("open", () => {
      changed("live", begunAnew);
      wasLive = true;
    });
    for (const step of STEPS) {
      source.addEventListener(step, (event) => {
        place = event.lastEventId;
        heard(JSON.parse(event.data));
      });
    }
    source.addEventListener("error", () => {
      changed("lost", false);
      if (source?.readyState === EventSource.CLOSED) retry();
    });
  }

  function close() {
    source?.close();
    source = null;
  }

  // Refused rather than cut off: either the login is over (then asking who we are leads to the login) or too many listen.
  function retry() {
    close();
    ask("/me").catch(() => {});
    setTimeout(() => source || document.hidden || open(), RETRY_SECONDS * 1000);
  }

  let hiding = null;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) {
      hiding = setTimeout(close, HIDDEN_SECONDS * 1000);
    } else if (!source) {
      changed("connecting", false);
      open();
    }
  });
  open();
}
