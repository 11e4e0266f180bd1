// Single keys: / j k n p ?. They can be switched off (WCAG 2.1.4), in the list that ? opens.

const STORED = "timtin-keys";

function on() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true; // storage is forbidden: the keys are on, as for a first visit
  }
}

function moveTo(step) {
  const links = [...document.querySelectorAll(".hit h2 a")];
  if (!links.length) return;
  const at = links.findIndex((link) => link.closest(".hit").contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
  links[next].closest(".hit").scrollIntoView({ block: "nearest" });
}

export function listenForKeys() {
  const dialog = document.getElementById("keys");
  const box = document.getElementById("keys-on");
  box.checked = on();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(STORED, box.checked ? "on" : "off");
    } catch {
      // storage is forbidden: the choice holds for this page only
    }
  });
  document.querySelectorAll("[data-show-keys]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => dialog.showModal());
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !box.checked) return;
    if (event.target.closest("input, textarea, select, dialog[open]")) return;
    const step = document.querySelector(`[data-lit-step="${event.key === "n" ? 1 : -1}"]`);
    if (event.key === "/") document.getElementById("q")?.select();
    else if (event.key === "j") moveTo(1);
    else if (event.key === "k") moveTo(-1);
    else if ((event.key === "n" || event.key === "p") && step) step.click();
    else if (event.key === "?") dialog.showModal();
    else return;
    event.preventDefault();
    if (event.key === "/") document.getElementById("q")?.focus();
  });
}
