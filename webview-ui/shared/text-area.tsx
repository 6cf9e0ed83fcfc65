import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { whenPageHasFocus } from "./focus";
import { TextAreaElement, type TextArea as TextAreaDom } from "./toolkit";
import "./text-area.css";

interface TextAreaProps {
  /** Accessible name. */
  label: string;
  value: string;
  placeholder?: string;
  /** Rows when empty; the field grows with its text up to the height that its CSS allows. */
  rows?: number;
  class?: string;
  autoFocus?: boolean;
  /** A new value puts the cursor into the field. */
  focusRequest?: number;
  onInput: (value: string) => void;
  onKeyDown?: (event: KeyboardEvent) => void;
}

const growsByItself = CSS.supports("field-sizing", "content");
const mostRowsWithoutGrowing = 12;

export function TextArea(props: TextAreaProps) {
  const { label, value, placeholder = "", rows = 1, autoFocus = false, focusRequest = 0 } = props;
  const element = useRef<TextAreaDom>(null);

  // The element names itself “Text area” when it is connected, so the name is set after that.
  useLayoutEffect(() => element.current?.setAttribute("aria-label", label), [label]);
  useEffect(() => {
    if (autoFocus || focusRequest > 0) {
      whenPageHasFocus(() => focusAtEnd(element.current));
    }
  }, [autoFocus, focusRequest]);

  return (
    <TextAreaElement
      ref={element}
      class={`text-area ${props.class ?? ""}`}
      value={value}
      placeholder={placeholder}
      rows={growsByItself ? rows : rowsFor(value, rows)}
      onInput={(event) => props.onInput((event.currentTarget as TextAreaDom).value)}
      onKeyDown={props.onKeyDown}
    />
  );
}

function focusAtEnd(element: TextAreaDom | null): void {
  const control = element?.shadowRoot?.querySelector("textarea");
  control?.focus();
  control?.setSelectionRange(control.value.length, control.value.length);
}

function rowsFor(value: string, fewest: number): number {
  return Math.min(mostRowsWithoutGrowing, Math.max(fewest, value.split("\n").length));
}

/** Whether a key belongs to an input method that is composing a character. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.key === "Process";
}
