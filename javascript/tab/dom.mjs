/** The one way the tab makes DOM: elements from values, text as text. No HTML strings anywhere. */

/** @typedef {Node|string|number|null|undefined|false} Child */
/** @typedef {{[type: string]: (event: any) => void}} Handlers */

/**
 * @typedef {object} Special
 * @property {string|Array<string|false|null|undefined>} [class]
 * @property {Handlers} [on]
 * @property {Record<string, string|number|null|undefined>} [style] properties, custom ones too
 * @property {Record<string, string|number|boolean|null|undefined>} [data]
 */
/** @typedef {Special & {[name: string]: any}} Props */

const AS_PROPERTY = new Set(['value', 'checked', 'indeterminate', 'muted', 'selected']);
const ADDRESSES = new Set(['href', 'src', 'poster']);

/**
 * Only web addresses may become a link or a source: a `javascript:` from an answer must not.
 * @param {unknown} value
 * @returns {string|null}
 */
export function safeUrl(value) {
  if (typeof value !== 'string' || !value) return null;
  try {
    const url = new URL(value, document.baseURI);
    return url.protocol === 'https:' || url.protocol === 'http:' ? value : null;
  } catch {
    return null;
  }
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {unknown} value null, undefined and false take the attribute away
 */
export function attr(element, name, value) {
  const checked = ADDRESSES.has(name) ? safeUrl(value) : value;
  if (checked === null || checked === undefined || checked === false) element.removeAttribute(name);
  else element.setAttribute(name, checked === true ? '' : String(checked));
}

/** Props that are more than an attribute. @type {Record<string, (element: any, value: any) => void>} */
const SPECIAL = {
  class(element, value) {
    const names = Array.isArray(value) ? value.filter(Boolean).join(' ') : value;
    if (names) element.setAttribute('class', names);
  },
  on(element, handlers) {
    for (const [type, handler] of Object.entries(handlers)) element.addEventListener(type, handler);
  },
  style(element, parts) {
    for (const [key, part] of Object.entries(parts)) if (part != null) element.style.setProperty(key, String(part));
  },
  data(element, parts) {
    for (const [key, part] of Object.entries(parts)) attr(element, `data-${key}`, part);
  },
};

/**
 * @param {HTMLElement|SVGElement} element
 * @param {Props} props
 */
function apply(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (Object.hasOwn(SPECIAL, name)) SPECIAL[name](element, value);
    else if (AS_PROPERTY.has(name)) /** @type {any} */ (element)[name] = value;
    else attr(element, name, value);
  }
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props|null} [props]
 * @param {...(Child|Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  element.append(...nodes(children));
  if (props) apply(element, props);
  return element;
}

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Props} props
 * @param {...SVGElement} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, props, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  element.append(...children);
  apply(/** @type {SVGElement} */ (element), props);
  return element;
}

/**
 * Copies of one element, which is built when the first is asked for: several times faster than building each.
 * @template {HTMLElement} E
 * @param {() => E} build without listeners, which are not copied
 * @returns {() => E}
 */
export function copies(build) {
  /** @type {E|null} */
  let first = null;
  return () => {
    first ??= build();
    return /** @type {E} */ (first.cloneNode(true));
  };
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {Element} parent
 * @param {K} tag
 * @param {string} name of its class
 * @returns {HTMLElementTagNameMap[K]} the first within; throws where there is none, which is a mistake of ours
 */
export function part(parent, tag, name) {
  const found = parent.querySelector(`${tag}.${name}`);
  if (!found) throw new TypeError(name);
  return /** @type {HTMLElementTagNameMap[K]} */ (found);
}

/**
 * @param {Array<Child|Child[]>} children
 * @returns {Array<Node|string>}
 */
function nodes(children) {
  /** @type {Array<Node|string>} */
  const list = [];
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    list.push(typeof child === 'number' ? String(child) : child);
  }
  return list;
}

/**
 * @param {Element} parent
 * @param {...(Child|Child[])} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren(...nodes(children));
}

/**
 * A file name that may break where its parts meet, instead of anywhere.
 * @param {string} name
 * @returns {Child[]}
 */
export function breakable(name) {
  return name.split(/(?<=[_/\\-])|(?=\.)/).flatMap((part, index) => (index ? [h('wbr', null), part] : [part]));
}

/**
 * Sets text only when it differs, so that live regions and layout are left in peace.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * The element that has focus, through shadow roots.
 * @param {Document|ShadowRoot} root
 * @returns {Element|null}
 */
export function focused(root) {
  let found = root.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found;
}

/**
 * Hides or shows a control; one that had the focus hands it on.
 * @param {HTMLElement} control
 * @param {boolean} hidden
 * @param {HTMLElement} next
 */
export function hideKeepingFocus(control, hidden, next) {
  if (hidden && control.matches(':focus')) next.focus({ preventScroll: true });
  control.hidden = hidden;
}

/**
 * Is a person writing text here, so that letters are no commands?
 * @param {EventTarget|null|undefined} target
 * @returns {boolean}
 */
export function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  if (!(target instanceof HTMLInputElement)) return false;
  return !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type);
}
