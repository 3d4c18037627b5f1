/** Puts the tab into its element, and takes it out again. What the page knows outlives every mount. */

import { App } from './app.mjs';
import { HostDeck } from './hostdeck.mjs';
import { Searcher } from './searcher.mjs';
import { Session } from './session.mjs';
import { applyStyles } from './styles.mjs';

/** The page's session outlives every mount of the element. @type {{session: Session, searcher: Searcher, openTab: () => void}|null} */
let page = null;

/** Elements that are in the page. While there are none, nothing is asked. */
let mounts = 0;

function leave() {
  mounts -= 1;
  if (mounts > 0) return;
  page?.searcher.rest();
  page?.session.rest();
}

/**
 * @param {HTMLElement} element
 * @param {{api: string, openTab?: () => void}} where openTab brings our tab to the front
 * @returns {Promise<() => void>} ends this mount
 */
export async function mount(element, where) {
  if (!page) {
    const session = new Session(where.api);
    page = { session, searcher: new Searcher(session), openTab: where.openTab ?? (() => {}) };
    new HostDeck(session, page.openTab).start();
  }
  mounts += 1;
  page.session.start();
  const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
  try {
    await applyStyles(root);
  } catch (error) {
    leave();
    throw error;
  }
  const app = new App(element, root, page);
  app.start();
  return () => {
    app.dispose();
    leave();
  };
}
