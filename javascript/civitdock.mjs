/**
 * The entry: the only script that a host loads. It defines <civitdock-app>, which fetches the tab from CivitDock's
 * own route. That route exists some time after the page, so a missing answer is asked for again for a while.
 */

const WAITS_MS = [150, 300, 600, 1000, 1500, 2000, 3000, 4000, 5000, 6000, 8000];

/** The few words that are needed before the tab and its catalogue are here. @type {Record<string, Record<string, string>>} */
const TEXTS = {
  en: {
    waiting: 'CivitDock is starting …',
    failed:
      'CivitDock’s part of the page did not come. The WebUI may still be starting, or CivitDock was updated since this page was loaded.',
    retry: 'Try again',
    reload: 'Reload page',
  },
  de: {
    waiting: 'CivitDock startet …',
    failed:
      'Der Teil der Seite, der CivitDock gehört, kam nicht. Vielleicht startet das WebUI noch, oder CivitDock wurde aktualisiert, seit diese Seite geladen wurde.',
    retry: 'Noch einmal versuchen',
    reload: 'Seite neu laden',
  },
};

/** @typedef {(element: HTMLElement, where: {api: string, openTab: () => void}) => Promise<() => void>} Mount */

/**
 * An address below the host's root. Behind a proxy the host may know another scheme or name, so only its path counts.
 * @param {string} path
 * @returns {string}
 */
function address(path) {
  const root = /** @type {any} */ (window).gradio_config?.root;
  const base =
    typeof root === 'string'
      ? new URL(`${new URL(root || '/', document.baseURI).pathname.replace(/\/+$/, '')}/`, window.location.origin)
      : document.baseURI;
  return new URL(path, base).href;
}

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => window.setTimeout(resolve, ms));

/**
 * @param {string} url of the tab's first module
 * @param {() => boolean} wanted
 * @returns {Promise<boolean>} true when the address answers with a script
 */
async function answers(url, wanted) {
  for (const wait of [...WAITS_MS, 0]) {
    if (!wanted()) return false;
    try {
      const response = await fetch(url, { credentials: 'same-origin' });
      if (response.ok && /javascript/.test(response.headers.get('Content-Type') ?? '')) return true;
    } catch {
      // The server is not there yet, or is on its way back.
    }
    if (wait) await pause(wait);
  }
  return false;
}

/**
 * The language for these words: what the tab noted last in this browser, else the host's, else the browser's.
 * @param {string|undefined} host
 */
function language(host) {
  let noted = null;
  try {
    noted = window.localStorage.getItem('civitdock.civitai_language');
  } catch {
    // A browser that forbids storage has noted nothing.
  }
  const said = host && host !== 'None' ? host : window.navigator.language;
  const code = noted && noted in TEXTS ? noted : said.slice(0, 2).toLowerCase();
  return code in TEXTS ? code : 'en';
}

/**
 * @param {string} tag
 * @param {string} text
 */
function make(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

class CivitDockApp extends HTMLElement {
  constructor() {
    super();
    this.mounts = 0;
    /** @type {(() => void)|null} */
    this.unmount = null;
  }

  connectedCallback() {
    void this.start();
  }

  disconnectedCallback() {
    this.mounts += 1;
    this.unmount?.();
    this.unmount = null;
  }

  async start() {
    this.mounts += 1;
    const mount = this.mounts;
    const current = () => this.isConnected && mount === this.mounts;
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    const slow = window.setTimeout(() => current() && root.replaceChildren(this.box('waiting')), 400);
    try {
      const url = address(`${this.dataset.static ?? ''}mount.mjs`);
      if (!(await answers(url, current))) throw new Error(`no answer from ${url}`);
      /** @type {{mount: Mount}} */
      const app = await import(url);
      window.clearTimeout(slow);
      if (!current()) return;
      const end = await app.mount(this, {
        api: address(this.dataset.api ?? 'civitdock/api/'),
        openTab: () => tabButton()?.click(),
      });
      if (current()) this.unmount = end;
      else end();
    } catch (error) {
      window.clearTimeout(slow);
      if (!current()) return;
      console.error('CivitDock:', error);
      root.replaceChildren(this.box('failed'));
    }
  }

  /** @param {'waiting'|'failed'} what */
  box(what) {
    const code = language(this.dataset.localization);
    const words = TEXTS[code];
    const box = make('div', '');
    box.style.cssText =
      'display:grid;justify-items:center;gap:12px;padding:64px 16px;text-align:center;font:14px/1.5 system-ui,sans-serif';
    box.setAttribute('role', 'status');
    box.lang = code;
    box.append(make('p', words[what]));
    if (what === 'waiting') return box;
    const retry = make('button', words.retry);
    retry.addEventListener('click', () => void this.start());
    const reload = make('button', words.reload);
    reload.addEventListener('click', () => window.location.reload());
    box.append(retry, reload);
    return box;
  }
}

/** @returns {HTMLElement|null} the host's button for our tab */
function tabButton() {
  const found = [...document.querySelectorAll('[role=tab], #tabs > .tab-nav > button')];
  const own = found.find(
    (button) => button.textContent?.trim() === 'CivitAI Browser' && !button.closest('.visually-hidden'),
  );
  return own instanceof HTMLElement ? own : null;
}

/** A reload with our view in the address opens our tab again. */
async function reopen() {
  if (!/[#&]cb=/.test(window.location.hash)) return;
  for (let tries = 0; tries < 60; tries += 1) {
    const button = tabButton();
    if (button) {
      const selected = button.getAttribute('aria-selected') === 'true' || button.classList.contains('selected');
      if (!selected) button.click();
      return;
    }
    await pause(500);
  }
}

if (!customElements.get('civitdock-app')) {
  customElements.define('civitdock-app', CivitDockApp);
  void reopen();
}
