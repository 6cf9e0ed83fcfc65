import { useEffect, useState } from "preact/hooks";

const first = 30;
const step = 25;

/**
 * How many of the newest items to show: a screenful at once, the older ones in idle moments, so that a
 * long conversation opens as fast as a short one.
 */
export function useGradualCount(total: number): number {
  const [count, setCount] = useState(first);
  const isComplete = count >= total;
  useEffect(() => {
    if (isComplete) {
      return undefined;
    }
    return whenIdle(() => setCount(count + step));
  }, [count, isComplete]);
  return Math.min(count, total);
}

function whenIdle(callback: () => void): () => void {
  if (typeof requestIdleCallback !== "function") {
    const timer = setTimeout(callback, 16);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(callback, { timeout: 200 });
  return () => cancelIdleCallback(handle);
}
