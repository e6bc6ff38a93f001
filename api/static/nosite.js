/** Opens the page once it is there; who reads or listens to this one meanwhile is not disturbed. */
const AGAIN_MS = 10_000; // as Retry-After

async function look() {
  const response = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (response && response.status < 500) location.reload();
  else setTimeout(look, AGAIN_MS);
}

setTimeout(look, AGAIN_MS);
