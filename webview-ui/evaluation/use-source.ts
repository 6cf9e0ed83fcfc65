import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { toAppError, type AppError } from "../../src/common/errors";
import type { Event } from "../../src/common/event";
import { whenPageHasFocus } from "../shared/focus";

/** The newest state of something that tells about its changes. */
export function useLatest<S>(source: { readonly state: S; readonly onChange: Event<S> }): S {
  const [state, setState] = useState(source.state);
  useEffect(() => {
    setState(source.state);
    const subscription = source.onChange(setState);
    return () => subscription.dispose();
  }, [source]);
  return state;
}

export interface Answer<T> {
  /** What was answered last; it stays while the same thing is asked anew. */
  value: T | undefined;
  /** Why the newest question has no answer. */
  error: AppError | null;
  isLoading: boolean;
  retry: () => void;
}

/**
 * Asks whenever `key` changes, and again when `revision` does. The answer to an earlier key is forgotten, one to
 * an earlier revision stays until the newer one is there. With `restMs`, revisions are followed no faster.
 */
export function useAnswer<T>(
  key: string,
  revision: number,
  ask: (signal: AbortSignal) => Promise<T>,
  restMs = 0,
): Answer<T> {
  const [answer, setAnswer] = useState<{ key: string; value?: T; error: AppError | null }>({
    key,
    error: null,
  });
  const [attempt, setAttempt] = useState(0);
  const [isLoading, setLoading] = useState(true);
  const latest = useRef(ask);
  latest.current = ask;
  const asked = useRef({ key: "", at: -Infinity });
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const isSameKey = asked.current.key === key;
    const wait = isSameKey ? Math.max(0, asked.current.at + restMs - performance.now()) : 0;
    setLoading(true);
    const timer = setTimeout(() => {
      asked.current = { key, at: performance.now() };
      latest
        .current(signal)
        .then(
          (value) => !signal.aborted && setAnswer({ key, value, error: null }),
          (error: unknown) =>
            !signal.aborted &&
            setAnswer((before) => ({ ...(before.key === key ? before : { key }), error: toAppError(error) })),
        )
        .finally(() => !signal.aborted && setLoading(false));
    }, wait);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [key, revision, attempt, restMs]);
  const isCurrent = answer.key === key;
  return {
    value: isCurrent ? answer.value : undefined,
    error: isCurrent ? answer.error : null,
    isLoading,
    retry: useCallback(() => setAttempt((count) => count + 1), []),
  };
}

/** Puts the focus on a page that was gone to, where what had it is gone; a reload leaves it alone. */
export function useArrival<E extends HTMLElement>(hasArrived: boolean) {
  const element = useRef<E>(null);
  useEffect(() => {
    if (hasArrived && document.activeElement === document.body) {
      whenPageHasFocus(() => element.current?.focus());
    }
  }, []);
  return element;
}

/** The size of an element's content box; 0 until it is measured. */
export function useSize<E extends HTMLElement>() {
  const element = useRef<E>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    if (!element.current) {
      return undefined;
    }
    const observer = new ResizeObserver(([entry]) => {
      if (entry) {
        const { width, height } = entry.contentRect;
        setSize((before) =>
          before.width === width && before.height === height ? before : { width, height },
        );
      }
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return { element, ...size };
}
