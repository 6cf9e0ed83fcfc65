import { useEffect, useState } from "preact/hooks";

/** Grows each time the person presses a key that asks for the search field. */
export function useShortcuts(): number {
  const [requests, setRequests] = useState(0);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isFind = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "f";
      const isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !isTextField(event.target);
      if ((isFind || isSlash) && !document.querySelector("dialog[open]")) {
        event.preventDefault();
        setRequests((count) => count + 1);
      }
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
  return requests;
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
