import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { DropdownElement, OptionElement, type Dropdown } from "./toolkit";
import "./select.css";

export interface SelectOption {
  value: string;
  label: string;
  disabled?: boolean;
  /** Draws a line above the option. */
  separated?: boolean;
}

interface SelectProps {
  /** Accessible name, the current choice included. */
  label: string;
  /** What the closed field shows. */
  text: string;
  options: SelectOption[];
  value: string;
  onChange: (value: string) => void;
}

/**
 * A controlled list of choices. Unlike the toolkit's dropdown it takes a choice only when it is clicked or
 * confirmed with Enter or Space: arrow keys open the closed list, and Escape, Tab and a lost focus leave
 * everything as it was. An option may therefore be an action.
 */
export function Select({ label, text, options, value, onChange }: SelectProps) {
  const element = useRef<Dropdown>(null);
  const current = useRef({ value, onChange });
  current.current = { value, onChange };

  useEffect(() => {
    const dropdown = element.current;
    return dropdown ? takeOnlyConfirmedChoices(dropdown, current) : undefined;
  }, []);
  useLayoutEffect(() => {
    if (element.current && !element.current.open) {
      element.current.value = value;
    }
  });

  return (
    <DropdownElement ref={element} class="select" position="below" aria-label={label} title={text}>
      <div slot="selected-value" class="select-text">
        {text}
      </div>
      {options.map((option) => (
        // The element reads its own name only once, so another text needs another element.
        <OptionElement
          key={`${option.value}\n${option.label}`}
          class={option.separated ? "separated" : undefined}
          value={option.value}
          disabled={option.disabled ?? false}
        >
          {option.label}
        </OptionElement>
      ))}
    </DropdownElement>
  );
}

type Current = { current: { value: string; onChange(value: string): void } };

function takeOnlyConfirmedChoices(dropdown: Dropdown, current: Current): () => void {
  const restore = () => {
    dropdown.value = current.current.value;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (dropdown.open) {
      if (event.key === "Escape" || event.key === "Tab") {
        restore();
      }
      return;
    }
    const opens = event.key === "ArrowDown" || event.key === "ArrowUp";
    const chooses = opens || event.key === "Home" || event.key === "End" || isCharacter(event);
    if (chooses) {
      event.stopImmediatePropagation();
    }
    if (opens) {
      event.preventDefault();
      dropdown.open = true;
    }
  };
  const onFocusOut = (event: FocusEvent) => {
    if (dropdown.open && !(event.relatedTarget instanceof Node && dropdown.contains(event.relatedTarget))) {
      restore();
    }
  };
  const onChange = () => {
    const chosen = dropdown.value;
    restore();
    if (chosen !== current.current.value) {
      current.current.onChange(chosen);
    }
  };
  // Options are slotted after the element is connected; a value set before that was not known to it.
  const onOptions = () => {
    if (!dropdown.open) {
      restore();
    }
  };
  dropdown.addEventListener("keydown", onKeyDown, { capture: true });
  dropdown.addEventListener("focusout", onFocusOut, { capture: true });
  dropdown.addEventListener("change", onChange);
  dropdown.shadowRoot?.addEventListener("slotchange", onOptions);
  return () => {
    dropdown.removeEventListener("keydown", onKeyDown, { capture: true });
    dropdown.removeEventListener("focusout", onFocusOut, { capture: true });
    dropdown.removeEventListener("change", onChange);
    dropdown.shadowRoot?.removeEventListener("slotchange", onOptions);
  };
}

function isCharacter(event: KeyboardEvent): boolean {
  return event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
}
