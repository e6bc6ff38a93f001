/*
 * Service worker of the site: pages that were opened can be read again without a network.
 *
 * The network comes first, always; a copy is kept of what it gave, and shown where it gives nothing. A page from the
 * store says so (data-kept on <html>: when it was kept; docs/js/offline.js tells the reader). Nothing of the
 * application is kept: answers, searches and feedback need a connection.
 */
"use strict";
const HOME = new URL("./", location).pathname;
const STORE = `hegui-kept ${HOME}`;
const MOST = 800; // files; a page with what it needs is about ten
const PATIENCE_MS = 8000; // then a page that was kept is shown instead
const LIVE = new Set(["api", "v1", "chat", "docs", "openapi.json", "healthz", "readyz", "metrics", "favicon.ico", "desk", "reply", "training", "room"]);
const HASHED = /\.[0-9a-f]{8,64}(\.\w+)+$/; // such a name changes with the content

/** Where a request is kept, or "" if it is not for keeping. The question mark and what follows are left out. */
function place(url) {
  const { origin, pathname } = new URL(url);
  if (origin !== location.origin || !pathname.startsWith(HOME)) return "";
  return LIVE.has(pathname.slice(HOME.length).split("/")[0]) ? "" : origin + pathname;
}

async function keep(where, response) {
  if (!response.ok || response.type !== "basic") return;
  try {
    const store = await caches.open(STORE);
    await store.put(where, response);
    const all = await store.keys(); // oldest first
    await Promise.all(all.slice(0, Math.max(0, all.length - MOST)).map((key) => store.delete(key)));
  } catch { /* no room: it is read from the network only */ }
}

const kept = async (where) => (await caches.open(STORE)).match(where);

/** A page from the store, marked as such. */
async function marked(response) {
  const when = response.headers.get("date") || "";
  const text = (await response.text()).replace("<html", `<html data-kept="${when.replace(/[^\w ,:+-]/g, "")}"`);
  return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": response.headers.get("content-security-policy") || "default-src 'self'" } });
}

const nothing = (why) => new Response(
  `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>没有连上网</title>
<body style="font:1.1rem/1.7 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem"><main><h1>没有连上网</h1><p>${why}打开过的指引、清单和幻灯片没有网络也能看。</p><p><a href="${HOME}" style="color:inherit">回到首页</a></p></main></body></html>`,
  { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });

async function page(event, where) {
  const copy = await kept(where);
  const fresh = fetch(event.request);
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS); });
  try {
    const response = await (copy ? Promise.race([fresh, late]) : fresh);
    if (response && !(copy && response.status >= 500)) {
      event.waitUntil(keep(where, response.clone()));
      return response;
    }
  } catch { /* no network */ }
  fresh.catch(() => {});
  return copy ? marked(copy) : nothing("这一页以前没有打开过，这台设备上没有存。");
}

async function file(event, where) {
  if (HASHED.test(where)) {
    const copy = await kept(where);
    if (copy) return copy;
  }
  try {
    const response = await fetch(event.request);
    if (!event.request.headers.has("range")) event.waitUntil(keep(where, response.clone()));
    return response;
  } catch (error) {
    const copy = await kept(where);
    if (copy) return copy;
    throw error;
  }
}

addEventListener("install", () => self.skipWaiting());
addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const where = request.method === "GET" ? place(request.url) : "";
  if (request.mode === "navigate") {
    if (where) event.respondWith(page(event, where));
    else if (request.method === "GET") event.respondWith(fetch(request).catch(() => nothing("问答和接口要联网才能用。")));
  } else if (where) event.respondWith(file(event, where));
});
/** The page during which the worker came: what it loaded without the worker is kept now. */
addEventListener("message", (event) => {
  const wanted = (event.data?.keep ?? []).map((url) => [url, place(url)]).filter(([, where]) => where);
  const work = Promise.all(wanted.map(([url, where]) => fetch(url).then((r) => keep(where, r), () => {})));
  event.waitUntil(work.then(() => event.source?.postMessage({ kept: wanted.length })));
});
