/** Where a picture, an infotext or a workflow comes in: dropped, pasted, opened or typed. */

import { isAbort } from './api.mjs';
import { fill, h, isTyping } from './dom.mjs';
import { ACCEPTED, firstOf, givenFile, givenText, refusalOf } from './dropped.mjs';
import { icon } from './icons.mjs';
import { isNowhere } from './keyboard.mjs';
import { t } from './strings.mjs';

/** @typedef {import('./app.mjs').App} App */
/** @typedef {import('./look.mjs').Look} Look */

export class MissingDrop {
  /**
   * @param {App} app
   * @param {HTMLElement} view onto which things are dropped
   */
  constructor(app, view) {
    this.app = app;
    this.look = app.session.look;
    this.view = view;
    this.file = h('input', {
      type: 'file',
      class: 'missing-file-input',
      accept: ACCEPTED,
      tabindex: -1,
      'aria-hidden': 'true',
      on: { change: () => this.#onChosen() },
    });
    this.box = h('textarea', {
      class: 'input missing-text',
      rows: 3,
      spellcheck: 'false',
      'aria-label': t('missing.textLabel'),
      placeholder: t('missing.textPlaceholder'),
      value: this.look.typed,
      on: {
        input: () => this.#onTyped(),
        keydown: (/** @type {KeyboardEvent} */ event) => this.#onKey(event),
      },
    });
    this.go = h(
      'button',
      { type: 'button', class: 'button button-primary', on: { click: () => this.#lookAtText() } },
      icon('search', 14),
      h('span', null, t('missing.look')),
    );
    this.shown = h('div', { class: 'missing-shown' });
    this.el = h(
      'div',
      { class: 'missing-drop' },
      h(
        'div',
        { class: 'missing-drop-file' },
        icon('picture', 24),
        h('p', null, t('missing.drop')),
        h(
          'button',
          { type: 'button', class: 'button', on: { click: () => this.file.click() } },
          icon('folder', 14),
          h('span', null, t('missing.open')),
        ),
        this.file,
      ),
      h('div', { class: 'missing-drop-text' }, this.box, h('div', { class: 'missing-drop-go' }, this.shown, this.go)),
    );
    this.stops = this.#listen();
    this.draw();
  }

  dispose() {
    for (const stop of this.stops) stop();
  }

  #listen() {
    const { view } = this;
    const over = (/** @type {DragEvent} */ event) => this.#onOver(event);
    const leave = (/** @type {DragEvent} */ event) => this.#onLeave(event);
    const drop = (/** @type {DragEvent} */ event) => this.#onDrop(event);
    const paste = (/** @type {ClipboardEvent} */ event) => this.#onPaste(event);
    view.addEventListener('dragenter', over);
    view.addEventListener('dragover', over);
    view.addEventListener('dragleave', leave);
    view.addEventListener('drop', drop);
    document.addEventListener('paste', paste, true);
    return [() => document.removeEventListener('paste', paste, true)];
  }

  /** What was looked into last, and whether there is a text to look into. */
  draw() {
    const { given, phase } = this.look;
    if (this.box.value !== this.look.typed) this.box.value = this.look.typed;
    this.go.disabled = this.box.value.trim() === '';
    this.go.ariaDisabled = String(phase === 'looking'); // not `disabled`, which would lose the focus
    fill(this.shown, given?.url && thumb(given.url), given?.name && h('span', { class: 'muted' }, given.name));
  }

  #onTyped() {
    this.look.typed = this.box.value;
    this.draw();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.#lookAtText();
  }

  #lookAtText() {
    const text = this.box.value.trim();
    if (text && this.look.phase !== 'looking') void this.look.look(givenText(text));
  }

  #onChosen() {
    const file = this.file.files?.[0];
    this.file.value = ''; // so that the same file can be opened again
    if (file) void this.take(file);
  }

  /** @param {File|string} came */
  async take(came) {
    if (typeof came === 'string') {
      this.look.typed = came;
      this.draw();
      await this.look.look(givenText(came));
      return;
    }
    const refused = refusalOf(came);
    if (refused) {
      this.look.refuse(refused.code, refused.message, refused.hint);
      return;
    }
    try {
      const given = await givenFile(came);
      this.look.typed = '';
      await this.look.look(given);
    } catch (error) {
      if (isAbort(error)) return;
      const why = error instanceof Error ? error.message : String(error);
      this.look.refuse('unreadable_picture', t('missing.unreadable', { name: came.name }), why);
    }
  }

  // --- dropped and pasted --------------------------------------------------------------------------------------

  /** @param {DragEvent} event */
  #onOver(event) {
    event.preventDefault();
    event.stopPropagation();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    this.view.toggleAttribute('data-over', true);
  }

  /** @param {DragEvent} event */
  #onLeave(event) {
    if (event.relatedTarget instanceof Node && this.view.contains(event.relatedTarget)) return;
    this.view.removeAttribute('data-over');
  }

  /** @param {DragEvent} event */
  #onDrop(event) {
    event.preventDefault();
    event.stopPropagation();
    this.view.removeAttribute('data-over');
    const came = firstOf(event.dataTransfer);
    if (came) void this.take(came);
  }

  /**
   * Pictures are taken wherever the focus is in here, texts where nobody is writing. The host listens too: what is ours
   * it must not see.
   * @param {ClipboardEvent} event anywhere in the page
   */
  #onPaste(event) {
    const inside = event.composedPath().includes(this.app.element);
    if (!this.app.visible || this.app.root.querySelector('dialog:modal')) return;
    if (!inside && !isNowhere(document.activeElement, 'v')) return;
    const came = firstOf(event.clipboardData);
    if (!came || (typeof came === 'string' && isTyping(event.composedPath()[0]))) return;
    event.preventDefault();
    event.stopPropagation();
    void this.take(came);
  }
}

/** @param {string} url of a file of this page, which is no web address that `h` would take */
function thumb(url) {
  const image = h('img', { class: 'missing-thumb', alt: '' });
  image.src = url;
  return image;
}
