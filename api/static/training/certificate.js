// The holder's name goes into the page and nowhere else.
const name = document.getElementById("name"), shown = document.getElementById("shown");
name.addEventListener("input", () => { shown.textContent = name.value || "　"; });
document.getElementById("print").addEventListener("click", () => print());
