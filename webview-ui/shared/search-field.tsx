import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { whenPageHasFocus } from "./focus";
import { Icon } from "./icon";
import { isComposing } from "./text-area";
import "./search-field.css";

interface SearchFieldProps {
  /** Accessible name. */
  label: string;
  value: string;
  placeholder: string;
  /** A new value puts the cursor into the field and selects its text; 0 does not. */
  focusRequest: number;
  onInput: (value: string) => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  /** Buttons at the end of the field. */
  children?: ComponentChildren;
}

export function SearchField(props: SearchFieldProps) {
  const { label, value, placeholder, focusRequest, children } = props;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focusRequest > 0) {
      whenPageHasFocus(() => {
        input.current?.focus();
        input.current?.select();
      });
    }
  }, [focusRequest]);
  return (
    <div class="search-field">
      <Icon name="search" />
      <input
        ref={input}
        type="text"
        role="searchbox"
        aria-label={label}
        placeholder={placeholder}
        value={value}
        spellcheck={false}
        autocomplete="off"
        onInput={(event: Event) => props.onInput((event.currentTarget as HTMLInputElement).value)}
        onKeyDown={(event: KeyboardEvent) => !isComposing(event) && props.onKeyDown?.(event)}
      />
      {children}
    </div>
  );
}
