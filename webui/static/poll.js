// A page that waits for the index opens by itself once it is there.

const EVERY_MS = 4000;

export function pollUntilReady(box) {
  if (!box) return;
  const timer = setInterval(async () => {
    try {
      const answer = await fetch(box.dataset.poll, { cache: "no-store" });
      if (answer.ok && (await answer.json()).articles > 0) {
        clearInterval(timer);
        location.reload();
      }
    } catch {
      // the server is restarting: ask again
    }
  }, EVERY_MS);
}
