/** Doing something once an element comes near the part of the page that is seen. */

/** So far outside of what is seen it counts already. */
const MARGIN = '200px';

/**
 * @param {Element} element
 * @param {() => void} run called once at most
 * @returns {() => void} gives it up
 */
export function onceSeen(element, run) {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      run();
    },
    { rootMargin: MARGIN },
  );
  observer.observe(element);
  return () => observer.disconnect();
}
