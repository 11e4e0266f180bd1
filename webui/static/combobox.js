// Completion of the search box: the ARIA combobox with a listbox popup
// (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/, list autocomplete, manual selection).

const WAIT_MS = 120;

export function enhanceSearchBox(box) {
  const input = box.querySelector("input");
  const list = document.createElement("ul");
  const status = document.createElement("div");
  list.id = `${input.id}-list`;
  list.className = "suggestions";
  list.role = "listbox";
  list.setAttribute("aria-label", box.dataset.list);
  list.hidden = true;
  status.className = "visually-hidden";
  status.role = "status";
  box.append(list, status);
  input.role = "combobox";
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  let chosen = -1;
  let typed = input.value;
  let timer = 0;
  let running = null;
  let silentUntil = 0; // too many were asked

  function close() {
    clearTimeout(timer);
    running?.abort();
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(at) {
    const options = [...list.children];
    chosen = at < -1 ? options.length - 1 : at >= options.length ? -1 : at;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    if (chosen < 0) {
      input.removeAttribute("aria-activedescendant");
      input.value = typed;
    } else {
      input.setAttribute("aria-activedescendant", options[chosen].id);
      input.value = options[chosen].dataset.text;
    }
  }

  function show(suggestions) {
    list.replaceChildren(
      ...suggestions.map(({ text, count }, i) => {
        const option = document.createElement("li");
        const words = document.createElement("span");
        const number = document.createElement("span");
        option.id = `${list.id}-${i}`;
        option.role = "option";
        option.dataset.text = text;
        option.setAttribute("aria-selected", "false");
        words.textContent = text;
        number.className = "num";
        number.title = box.dataset.count;
        number.textContent = count.toLocaleString(document.documentElement.lang);
        option.append(words, number);
        return option;
      }),
    );
    chosen = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = suggestions.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = list.hidden ? box.dataset.none : box.dataset.status.replace("{n}", suggestions.length);
  }

  async function ask() {
    if (Date.now() < silentUntil) return close();
    running?.abort();
    running = new AbortController();
    const address = new URL(box.dataset.suggest, location.href);
    address.searchParams.set("q", typed);
    try {
      const answer = await fetch(address, { signal: running.signal });
      if (answer.ok) return show((await answer.json()).suggestions);
      silentUntil = Date.now() + 1000 * (Number(answer.headers.get("Retry-After")) || 0);
      close(); // what stood there was for other words
    } catch (error) {
      if (error.name !== "AbortError") close(); // offline: search still works
    }
  }

  input.addEventListener("input", (event) => {
    typed = input.value;
    clearTimeout(timer);
    if (!typed.trim()) close();
    else if (!event.isComposing) timer = setTimeout(ask, WAIT_MS);
  });
  // Vietnamese input methods compose: the last word is there when they end.
  input.addEventListener("compositionend", () => {
    typed = input.value;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) {
        typed = input.value;
        if (typed.trim()) ask();
      } else choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Escape") {
      event.preventDefault(); // browsers would empty the box
      if (list.hidden) input.blur(); // and the keys are keys again
      else input.value = typed;
      close();
    } else if (event.key === "Enter" || event.key === "Tab") {
      close();
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 0));
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("li");
    if (!option) return;
    event.preventDefault(); // keep the focus in the box
    input.value = option.dataset.text;
    close();
    input.form.requestSubmit();
  });
}
