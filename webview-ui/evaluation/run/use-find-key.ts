import { useEffect, useState } from "preact/hooks";

/** Grows each time the person presses the key that searches in an editor. */
export function useFindKey(): number {
  const [requests, setRequests] = useState(0);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "f") {
        event.preventDefault();
        setRequests((count) => count + 1);
      }
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
  return requests;
}
