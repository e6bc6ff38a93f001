/** 发布: while a job is running the page looks every two seconds how far it is; at its end the whole page is shown anew. */
const EVERY = 2000;

async function look() {
  const told = document.querySelector("[data-running]");
  if (!told) return;
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (answer?.redirected) return location.reload(); // signed out meanwhile
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-running]");
    if (now) told.textContent = now.textContent;
    else document.querySelector("main").replaceWith(page.querySelector("main"));
  }
  setTimeout(look, EVERY);
}

document.querySelector("[data-plain]")?.remove(); // the link for those without script
setTimeout(look, EVERY);
