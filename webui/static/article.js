// The article page: step through the lit words, copy a citation.

export function enhanceArticle(page) {
  stepThroughLitWords(page.querySelector("[data-lit]"), [...page.querySelectorAll(".article mark")]);
  if (!navigator.clipboard) return; // not on plain http from another machine
  page.querySelectorAll("[data-copy]").forEach((button) => {
    const name = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(page.getElementById(button.dataset.copy).textContent);
      button.textContent = button.dataset.done;
      setTimeout(() => (button.textContent = name), 2000);
    });
  });
}

function stepThroughLitWords(bar, marks) {
  if (!bar || !marks.length) return;
  const status = bar.querySelector("[role=status]");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let at = -1;
  const say = () => {
    status.textContent = bar.dataset.status.replace("{at}", at + 1).replace("{n}", marks.length);
  };
  bar.hidden = false;
  say();
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-lit-step]");
    if (!button) return;
    const step = Number(button.dataset.litStep);
    marks[at]?.classList.remove("now");
    at = at < 0 ? (step > 0 ? 0 : marks.length - 1) : (at + step + marks.length) % marks.length;
    marks[at].classList.add("now");
    marks[at].scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
    say();
  });
}
