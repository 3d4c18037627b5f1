/** Dark or light, as the host's page is: the class `dark` on its body (ui.md rule 17). */

/**
 * Keeps `data-theme` of the element in line with the page.
 * @param {HTMLElement} element
 * @param {() => void} changed
 * @returns {() => void} ends it
 */
export function followTheme(element, changed) {
  const read = () => {
    const theme = document.body.classList.contains('dark') ? 'dark' : 'light';
    if (element.dataset.theme === theme) return;
    const first = element.dataset.theme === undefined;
    element.dataset.theme = theme;
    if (!first) changed();
  };
  read();
  const observer = new MutationObserver(read);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  return () => observer.disconnect();
}
