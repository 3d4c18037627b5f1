/** What an author's HTML says, as one line of plain text. */

/** Elements whose end is the end of a word. */
const BLOCKS = 'address,article,blockquote,br,dd,div,dt,h1,h2,h3,h4,h5,h6,hr,li,ol,p,pre,table,td,th,tr,ul';

/**
 * The text of a piece of HTML; it is parsed in a document of its own, which runs and loads nothing.
 * @param {string|null|undefined} html
 * @param {number} [most] characters; a longer text ends in an ellipsis, between two words where it can
 * @returns {string}
 */
export function plainWords(html, most = 180) {
  if (!html) return '';
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const element of body.querySelectorAll('script,style,template')) element.remove();
  for (const element of body.querySelectorAll(BLOCKS)) element.after(' ');
  const text = (body.textContent ?? '').replace(/\s+/g, ' ').trim();
  if (text.length <= most) return text;
  const cut = text.slice(0, most);
  const end = cut.lastIndexOf(' ');
  return `${cut.slice(0, end > most / 2 ? end : most).trim()} …`;
}
