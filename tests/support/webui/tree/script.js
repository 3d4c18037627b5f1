"use strict";
/* What extensions find in the page of every host; `opts` is no property of window on the newest (hosts.md 11). */
let opts = {};
const uiLoadedCallbacks = [];

function gradioApp() {
  return document;
}

function onUiLoaded(callback) {
  uiLoadedCallbacks.push(callback);
}

function currentTab() {
  return [...document.querySelectorAll("#tabs > .tabitem, #tabs > div")].find((tab) => tab.offsetParent !== null);
}

/* The hosts' own key handler breaks in a tab without these buttons (ui.md 4, rule 15). */
document.addEventListener("keydown", (event) => {
  const wanted = event.key === "Escape" ? "_interrupt" : event.key === "Enter" && event.ctrlKey ? "_generate" : null;
  if (wanted) currentTab().querySelector(`button[id$=${wanted}]`).click();
});

const watcher = new MutationObserver(() => {
  if (!document.querySelector("#txt2img_prompt")) return;
  watcher.disconnect();
  const held = document.querySelector("#settings_json textarea");
  if (held) opts = JSON.parse(held.value);
  for (const callback of uiLoadedCallbacks) callback();
});
document.addEventListener("DOMContentLoaded", () => watcher.observe(document.body, { childList: true, subtree: true }));
