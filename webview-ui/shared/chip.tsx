import type { ComponentChildren } from "preact";
import { Icon } from "./icon";
import "./chip.css";

interface ChipProps {
  /** What removing it does, for the button's tooltip and name. */
  removeLabel: string;
  onRemove: () => void;
  class?: string;
  children: ComponentChildren;
}

/** A small thing that is in effect and can be taken away. */
export function Chip({ removeLabel, onRemove, children, ...rest }: ChipProps) {
  return (
    <span class={`chip ${rest.class ?? ""}`}>
      {children}
      <ChipButton icon="close" label={removeLabel} onClick={onRemove} />
    </span>
  );
}

interface ChipButtonProps {
  icon: string;
  label: string;
  disabled?: boolean;
  onClick: () => void;
}

export function ChipButton({ icon, label, disabled = false, onClick }: ChipButtonProps) {
  return (
    <button
      type="button"
      class="chip-button"
      title={label}
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
