// What a phone shows, drawn from values: the options of an exercise, the questions of the room, the result.
const LETTERS = "ABCDEFGH";

export function drawOptions(place, now, mine, choose) {
  const open = now.phase === "ask";
  const key = `${now.step}`;
  if (place.dataset.step !== key) {
    place.dataset.step = key;
    place.replaceChildren(...now.options.map((text, number) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `${LETTERS[number]}　${text}`;
      button.addEventListener("click", () => choose(number));
      return button;
    }));
  }
  [...place.children].forEach((button, number) => {
    const right = !open && number === now.answer;
    button.disabled = !open;
    button.setAttribute("aria-pressed", String(number === mine));
    button.classList.toggle("right", right);
    button.classList.toggle("missed", !open && number === mine && !right);
    button.textContent = `${LETTERS[number]}　${now.options[number]}` + (right ? "　✓" : !open && number === mine ? "　✕" : "");
  });
}

export function drawAsked(place, list, raised, raise) {
  const drawn = JSON.stringify([list, [...raised]]);
  if (place.drawn === drawn) return;  // what somebody is about to tap stays where it is
  place.drawn = drawn;
  place.replaceChildren(...list.map((question) => {
    const row = document.createElement("li"), text = document.createElement("span"), button = document.createElement("button");
    const done = raised.has(question.id);
    text.textContent = question.text;
    button.type = "button"; button.className = "second"; button.disabled = done;
    button.textContent = done ? `想问（${question.raised}）` : `我也想问（${question.raised}）`;
    button.addEventListener("click", () => raise(question.id));
    row.append(text, button);
    return row;
  }));
}

export function drawResult(places, mine, base) {
  const { right, total, items } = mine.result;
  places.score.textContent = total ? `${total} 题答对 ${right} 题` : "这堂课没有放题";
  places.certificate.textContent = mine.result.kind;
  places.certificate.href = `${base}/room/certificate?code=${mine.certificate}&own=${mine.own}`;
  places.rule.textContent = mine.result.rule;
  places.items.replaceChildren(...items.map((item) => {
    const row = document.createElement("li"), question = document.createElement("strong"), said = document.createElement("div"), why = document.createElement("div"), link = document.createElement("a");
    const good = item.chosen === item.answer;
    question.textContent = item.question;
    said.className = good ? "good" : "bad";
    said.textContent = good ? `✓ ${item.options[item.answer]}` : `✕ ${item.chosen < 0 ? "没有作答" : item.options[item.chosen]}，应选：${item.options[item.answer]}`;
    why.textContent = item.text;
    link.href = `${base}/${item.guideline}/#${item.clause}`; link.textContent = item.name;
    row.append(question, said, why, link);
    return row;
  }));
}
