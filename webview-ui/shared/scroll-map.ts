/** Browsers cut elements off at some tens of millions of pixels. */
const highestElement = 15_000_000;

/**
 * Between the pixels that a browser can scroll and those of the whole grid. They are the same unless the
 * grid is higher than an element can be; then one scrolled pixel stands for more.
 */
interface ScrollMap {
  /** Height of the element that is scrolled. */
  elementHeight: number;
  /** From `scrollTop` to pixels of the grid. */
  toGrid: (scrollTop: number) => number;
  toScroll: (gridTop: number) => number;
}

export function scrollMap(gridHeight: number, viewportHeight: number, highest = highestElement): ScrollMap {
  const elementHeight = Math.min(gridHeight, highest);
  const gridRange = gridHeight - viewportHeight;
  const elementRange = elementHeight - viewportHeight;
  const factor = elementHeight < gridHeight && elementRange > 0 ? gridRange / elementRange : 1;
  return {
    elementHeight,
    toGrid: (scrollTop) => scrollTop * factor,
    toScroll: (gridTop) => gridTop / factor,
  };
}
