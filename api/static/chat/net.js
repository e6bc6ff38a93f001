/** Requests to the application: JSON, server-sent events, and errors that say what to do. */

/** An error to show: what happened, what to do, and (status 429, 503) the seconds to wait. */
export class Trouble extends Error {
  constructor(title, detail = "", { status = 0, wait = 0 } = {}) {
    super(title);
    Object.assign(this, { detail, status, wait });
  }

  get text() { return `${this.message}。${this.detail}`; }
}

/** Seconds of a Retry-After header, which holds seconds or a date; 0 if it says nothing. */
export function secondsToWait(header, now = Date.now()) {
  if (!header) return 0;
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - now) / 1000);
  return seconds > 0 ? seconds : 0;
}

export async function request(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    if (options?.signal?.aborted) throw error;
    throw new Trouble("连不上服务", "请检查网络，稍后再试。");
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  const facts = { status: response.status, wait: secondsToWait(response.headers.get("Retry-After")) };
  throw new Trouble(problem.title || "服务暂时不可用", problem.detail || "请稍后再试。", facts);
}

export const getJson = (url) => request(url).then((response) => response.json());

const headers = { "Content-Type": "application/json" };

export const post = (url, body, signal) => request(url, { method: "POST", headers, body: JSON.stringify(body), signal });

/** Server-sent events of a response, as {name, data}. */
export async function* events(response, signal) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  for (;;) {
    const { value, done } = await reader.read().catch((error) => {
      if (signal?.aborted) throw error;
      throw new Trouble("回答中断了", "网络断开，请再试一次。");
    });
    if (done) return;
    buffer = (buffer + decoder.decode(value, { stream: true })).replaceAll("\r\n", "\n");
    for (let end = buffer.indexOf("\n\n"); end >= 0; end = buffer.indexOf("\n\n")) {
      const event = parse(buffer.slice(0, end).split("\n"));
      buffer = buffer.slice(end + 2);
      if (event) yield event;
    }
  }
}

function parse(lines) {
  const field = (name) => lines.filter((l) => l.startsWith(`${name}:`)).map((l) => l.slice(name.length + 1).trim()).join("\n");
  return field("data") ? { name: field("event"), data: JSON.parse(field("data")) } : null;
}
