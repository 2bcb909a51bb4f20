// Requests to our own API: the header that only our pages can send, and problems as errors with words.

export class Problem extends Error {
  constructor(status, body) {
    const fields = (body.fields || []).map((one) => `${one.field}: ${one.expected}`).join("; ");
    super(fields || body.detail || `HTTP ${status}`);
    this.status = status;
    this.body = body;
    this.type = (body.type || "").replace("urn:brightkitchen:problem:", "");
  }
}

export async function ask(path, { method = "GET", body, content, type, signal } = {}) {
  const answer = await fetch(path.startsWith("/api/") ? path : `/api/v1${path}`, {
    method,
    signal,
    headers: { "X-Requested-With": "brightkitchen", ...(body ? { "Content-Type": "application/json" } : {}), ...(content ? { "Content-Type": type } : {}) },
    body: body ? JSON.stringify(body) : content,
  });
  if (answer.status === 401 && !path.endsWith("/login")) leave();
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
  return answer.status === 204 ? null : answer.json();
}

export async function askAll(path) {
  const items = [];
  for (let next = path; next; ) {
    const page = await ask(next);
    items.push(...page.items);
    next = page.next;
  }
  return items;
}

// The login is over: every page shows the login to whoever is not logged in.
export function leave() {
  location.replace(location.pathname);
}
