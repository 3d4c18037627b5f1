/** Puts the tab into its element, and takes it out again. What the page knows outlives every mount. */

import { App } from './app.mjs';
import { focused } from './dom.mjs';
import { HostDeck } from './hostdeck.mjs';
import { Searcher } from './searcher.mjs';
import { Session } from './session.mjs';
import { Speech } from './speech.mjs';
import { t } from './strings.mjs';
import { applyStyles } from './styles.mjs';

/** The page's session outlives every mount of the element. @type {{session: Session, searcher: Searcher, deck: HostDeck}|null} */
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
    page = { session, searcher: new Searcher(session), deck: new HostDeck(session, where.openTab ?? (() => {})) };
  }
  const parts = page;
  mounts += 1;
  parts.session.start();
  const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
  const speech = new Speech(parts.session, element);
  try {
    await Promise.all([applyStyles(root), speech.begin()]);
  } catch (error) {
    leave();
    throw error;
  }
  parts.deck.start(); // not before the words are here
  let app = new App(element, root, parts);
  app.start();
  const stop = speech.follow(
    () => {
      app = redrawn(app, () => new App(element, root, parts));
      parts.deck.redraw();
    },
    () => app.notices.toast(t('language.failed'), { tone: 'bad', key: 'language', hint: t('language.reload') }),
  );
  return () => {
    stop();
    app.dispose();
    leave();
  };
}

/**
 * The tab drawn anew, because it speaks another language; what it shows, and where the focus is, stays.
 * @param {App} app
 * @param {() => App} make
 * @returns {App}
 */
function redrawn(app, make) {
  const id = focused(app.root)?.id;
  const { isOpen } = app.dock;
  app.dispose();
  const next = make();
  next.start();
  if (isOpen && !next.dock.isOpen) next.dock.toggle();
  const again = id ? next.root.getElementById(id) : null;
  again?.scrollIntoView({ block: 'center' });
  again?.focus({ preventScroll: true });
  next.notices.toast(t('settings.languageChanged'), { tone: 'good', key: 'language' });
  return next;
}
