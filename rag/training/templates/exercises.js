// One tap answers; the explanation follows. Nothing is sent or kept.
"use strict";
const all = [...document.querySelectorAll(".exercise")], score = document.getElementById("score");
let done = 0, right = 0;
for (const exercise of all) {
  const buttons = [...exercise.querySelectorAll("button")], answer = Number(exercise.dataset.answer);
  buttons.forEach((button, number) => button.addEventListener("click", () => {
    buttons.forEach((other, n) => { other.disabled = true; if (n === answer) { other.classList.add("right"); other.textContent += "　✓"; } });
    if (number !== answer) { button.classList.add("wrong"); button.textContent += "　✕"; }
    exercise.querySelector(".why").hidden = false;
    done += 1; right += number === answer ? 1 : 0;
    score.textContent = `答了 ${done} / ${all.length} 题，对 ${right} 题`;
  }));
}
