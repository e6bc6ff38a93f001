// The holder's name goes into the page and nowhere else.
const name = document.getElementById("name"), shown = document.getElementById("shown");
const show = () => { shown.textContent = name.value || "　"; };
name.addEventListener("input", show);
show(); // typed before this file had come
document.getElementById("print").addEventListener("click", () => print());
