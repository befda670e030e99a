// Keeps the marked parts of the page fresh, but not the one in which somebody is busy.
(() => {
  "use strict";
  const EVERY_MS = 2000;

  async function renew() {
    if (document.hidden) return;
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(part.id);
      if (!next || part.contains(document.activeElement)) continue;
      if (next.innerHTML !== part.innerHTML) part.innerHTML = next.innerHTML;
    }
  }

  // The next one is asked for after this one: a slow answer does not pile up others.
  const again = () => setTimeout(() => renew().catch(() => {}).finally(again), EVERY_MS);
  again();
})();
