import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Place } from "../search";
import { firstBelow, headingHeight, placeOf, type GridLayout } from "./layout";
import { scrollMap } from "../../shared/scroll-map";

interface Size {
  width: number;
  height: number;
}

/** The inner size of an element, without its padding. */
export function useInnerSize() {
  const element = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const scroller = element.current;
    if (!scroller) {
      return undefined;
    }
    const measure = () => {
      const { paddingLeft, paddingRight } = getComputedStyle(scroller);
      const width = scroller.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
      const height = scroller.clientHeight;
      setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(scroller);
    return () => observer.disconnect();
  }, []);
  return { element, size };
}

interface GridScrollOptions {
  element: { readonly current: HTMLDivElement | null };
  layout: GridLayout;
  /** Pixels that are visible; 0 until it is measured. */
  height: number;
  place: Place;
  /** Told the first visible result when scrolling has come to rest. */
  onRest: (first: number) => void;
}

const reportAfterMs = 250;

/**
 * Where the grid is scrolled to, in pixels of the grid. Keeps the first visible picture where it is when
 * lines change their height or their number of pictures, and goes where the results want it.
 */
export function useGridScroll({ element, layout, height, place, onRest }: GridScrollOptions) {
  const [top, setTop] = useState(0);
  const map = scrollMap(layout.height, height);
  const latest = useRef({ layout, map, top: 0, serial: -1, onRest });
  latest.current.map = map;
  latest.current.onRest = onRest;

  const scrollTo = useCallback(
    (gridTop: number) => {
      const scroller = element.current;
      if (scroller) {
        scroller.scrollTop = latest.current.map.toScroll(Math.max(0, gridTop));
        latest.current.top = latest.current.map.toGrid(scroller.scrollTop);
        setTop(latest.current.top);
      }
    },
    [element],
  );

  useLayoutEffect(() => {
    const { current } = latest;
    if (height === 0) {
      return;
    }
    const before = current.layout;
    current.layout = layout;
    if (current.serial !== place.serial) {
      current.serial = place.serial;
      scrollTo(
        place.insteadOf === undefined
          ? topFor(layout, place.index)
          : keptTop(before, layout, current.top, place.insteadOf, place.index),
      );
    } else if (before !== layout) {
      const first = firstBelow(before, current.top);
      scrollTo(keptTop(before, layout, current.top, first, first));
    }
  }, [layout, height, place.serial, scrollTo]);

  useEffect(() => {
    const scroller = element.current;
    if (!scroller) {
      return undefined;
    }
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        latest.current.top = latest.current.map.toGrid(scroller.scrollTop);
        setTop(latest.current.top);
      });
      clearTimeout(timer);
      timer = setTimeout(
        () => latest.current.onRest(firstBelow(latest.current.layout, latest.current.top)),
        reportAfterMs,
      );
    };
    scroller.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      scroller.removeEventListener("scroll", onScroll);
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [element]);

  const reveal = useCallback(
    (index: number) => {
      const { current } = latest;
      const found = placeOf(current.layout, index);
      if (!found || !element.current) {
        return;
      }
      const visible = element.current.clientHeight;
      if (found.top < current.top) {
        scrollTo(topFor(current.layout, index));
      } else if (found.top + current.layout.lineHeight > current.top + visible) {
        scrollTo(found.top + current.layout.lineHeight - visible);
      }
    },
    [element, scrollTo],
  );

  return { top, map, reveal };
}

/** Shows the heading as well where the picture is in the first line beneath one. */
function topFor(layout: GridLayout, index: number): number {
  const place = placeOf(layout, index);
  if (!place) {
    return 0;
  }
  const { section, top } = place;
  return section.heading && top === section.top + headingHeight ? section.top : top;
}

/** The top at which picture `index` is as far from the upper edge as `insteadOf` was; the very top stays. */
function keptTop(
  before: GridLayout,
  after: GridLayout,
  top: number,
  insteadOf: number,
  index: number,
): number {
  const old = placeOf(before, insteadOf);
  const next = placeOf(after, index);
  return top === 0 || !old || !next ? 0 : next.top + (top - old.top);
}
