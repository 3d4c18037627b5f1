/** A place on the host's page for our dialogs and toasts while another tab than ours is seen. Made when it is needed. */

import { h } from './dom.mjs';
import { Notices } from './notices.mjs';
import { applyStyles } from './styles.mjs';
import { followTheme } from './theme.mjs';

export class HostLayer {
  constructor() {
    this.el = h('div', { class: 'civitdock-layer' });
    this.root = this.el.attachShadow({ mode: 'open' });
    this.home = h('div', { class: 'app layer' });
    this.notices = new Notices(() => this.root.querySelector('dialog:modal') ?? this.home);
    this.themed = false;
  }

  /** @returns {Promise<Notices>} once it is on the page; throws when its looks cannot be had */
  async open() {
    if (!this.themed) {
      await applyStyles(this.root);
      this.themed = true;
      this.root.append(this.home);
      followTheme(this.el, () => {});
    }
    if (!this.el.isConnected) document.body.append(this.el);
    this.notices.settle();
    return this.notices;
  }
}
