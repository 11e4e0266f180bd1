// A timeline that does not fit is shown at its end, the newest, or at the time that was chosen.

export function showNewest(box) {
  const bar = box.querySelector("[aria-current]")?.getBoundingClientRect();
  const left = box.getBoundingClientRect().left;
  box.scrollLeft = bar ? box.scrollLeft + bar.left - left - box.clientWidth / 2 : box.scrollWidth;
}
