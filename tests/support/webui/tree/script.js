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

/* How the hosts' cards select a checkpoint: the newest hands the name over in a hidden field. */
let desiredCheckpointName = null;
function selectCheckpoint(name) {
  const field = document.querySelector("#change_checkpoint_text textarea");
  if (field) {
    field.value = name;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  desiredCheckpointName = name;
  document.querySelector("#change_checkpoint").click();
}

/* A click on a card puts it into the prompt of its tab. */
function cardClicked(tab, text) {
  const field = document.querySelector(`#${tab}_prompt textarea`);
  field.value = [field.value, text].filter(Boolean).join(" ");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function switchTo(index) {
  const buttons = document.querySelectorAll("#tabs > .tab-nav button, #tabs [role=tab]");
  buttons[index]?.click();
  return [];
}
/* Functions, and so properties of window, as in the hosts. */
function switch_to_txt2img() {
  return switchTo(0);
}
function switch_to_img2img() {
  return switchTo(1);
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
