import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Closer to the end than this counts as being there. */
const nearPixels = 24;
const reportAfterMs = 250;

interface AutoScrollOptions {
  /** Pixels from the end at which to begin. */
  initialScroll: number;
  /** Whether everything is rendered; until then the position is kept from the end. */
  isComplete: boolean;
  /** Told the distance from the end, in pixels, when scrolling has come to rest. */
  onScroll: (fromEnd: number) => void;
}

/**
 * Keeps the newest text in view while it grows, until the person scrolls up; reaching the end again
 * resumes.
 */
export function useAutoScroll({ initialScroll, isComplete, onScroll }: AutoScrollOptions) {
  const container = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  /** Distance from the end to hold while the content grows; null leaves the position to the person. */
  const held = useRef<number | null>(initialScroll);
  const [isFollowing, setFollowing] = useState(initialScroll === 0);
  const complete = useRef(isComplete);
  complete.current = isComplete;
  const report = useRef(onScroll);
  report.current = onScroll;

  const settle = useCallback(() => {
    const element = container.current;
    if (element && held.current !== null) {
      element.scrollTop = element.scrollHeight - element.clientHeight - held.current;
    }
  }, []);

  const toEnd = useCallback(() => {
    held.current = 0;
    setFollowing(true);
    settle();
  }, [settle]);

  useLayoutEffect(settle);

  useEffect(() => {
    const element = container.current;
    if (!element || !content.current) {
      return undefined;
    }
    let lastTop = element.scrollTop;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onElementScroll = () => {
      const fromEnd = element.scrollHeight - element.clientHeight - element.scrollTop;
      const movedUp = element.scrollTop < lastTop - 1;
      lastTop = element.scrollTop;
      if (fromEnd <= nearPixels) {
        held.current = 0;
      } else if (movedUp || (held.current !== 0 && complete.current)) {
        held.current = null;
      }
      setFollowing(held.current === 0);
      clearTimeout(timer);
      timer = setTimeout(() => report.current(held.current === 0 ? 0 : fromEnd), reportAfterMs);
    };
    const observer = new ResizeObserver(settle);
    observer.observe(element);
    observer.observe(content.current);
    element.addEventListener("scroll", onElementScroll, { passive: true });
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      element.removeEventListener("scroll", onElementScroll);
    };
  }, [settle]);

  return { container, content, isFollowing, toEnd };
}
