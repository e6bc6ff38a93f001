/* Starts the slides; reveal.js 6.0.2 (MIT, LICENSE beside this file) is vendored from the npm package. */
(() => {
  const matches = (query) => matchMedia(query).matches;
  const system = () => (matches("(prefers-color-scheme: dark)") ? "slate" : "default");
  let scheme = system();
  try { // the theme that was chosen on the site
    const home = new URL(document.body.dataset.home, location).pathname;
    const chosen = JSON.parse(localStorage.getItem(`${home}.__palette`))?.color;
    if (chosen && chosen.media !== "(prefers-color-scheme)") scheme = chosen.scheme;
  } catch { /* no storage: as the system has it */ }
  document.documentElement.classList.toggle("dark", scheme === "slate");

  if (matches("(max-width: 44em) and (orientation: portrait)")) { // a phone: a page to scroll, in readable size
    document.documentElement.classList.add("plain");
    document.querySelector(".reveal").className = "deck";
    return;
  }
  Reveal.initialize({
    hash: true, slideNumber: "c/t", width: 1280, height: 720, margin: 0.06, center: false, scrollActivationWidth: 0,
    transition: matches("(prefers-reduced-motion: reduce)") ? "none" : "slide",
    pdfSeparateFragments: false,
  });
})();
