/* Starts the slides; reveal.js 6.0.2 (MIT, LICENSE beside this file) is vendored from the npm package. */
Reveal.initialize({
  hash: true, slideNumber: "c/t", width: 1280, height: 720, margin: 0.06, center: false,
  transition: matchMedia("(prefers-reduced-motion: reduce)").matches ? "none" : "slide",
  pdfSeparateFragments: false,
});
