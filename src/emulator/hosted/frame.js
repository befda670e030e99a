// Tells the page around this one what happens here. It runs only where there is such a page.
(() => {
  "use strict";
  const { frameOrigin, message } = document.body.dataset;
  if (!frameOrigin || window.parent === window) return;

  const say = (text) => {
    const pageHeight = document.documentElement.scrollHeight;
    window.parent.postMessage({ from: "persona-emulator", pageHeight, ...JSON.parse(text) }, frameOrigin);
  };

  for (const button of document.querySelectorAll("[data-say]")) {
    button.addEventListener("click", () => say(button.dataset.say));
  }
  say(message);
})();
