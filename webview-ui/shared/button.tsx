import type { ComponentChildren } from "preact";
import { Icon } from "./icon";
import { ButtonElement } from "./toolkit";
import "./button.css";

interface ButtonProps {
  appearance?: "primary" | "secondary";
  icon?: string;
  disabled?: boolean;
  onClick: () => void;
  children: ComponentChildren;
}

export function Button({ appearance = "primary", icon, disabled = false, onClick, children }: ButtonProps) {
  return (
    <ButtonElement appearance={appearance} disabled={disabled} onClick={() => !disabled && onClick()}>
      {icon && <Icon name={icon} slot="start" />}
      {children}
    </ButtonElement>
  );
}

interface IconButtonProps {
  icon: string;
  /** Tooltip and accessible name. */
  label: string;
  class?: string;
  disabled?: boolean;
  /** For a button that shows and hides something. */
  expanded?: boolean;
  onClick: () => void;
}

export function IconButton({ icon, label, disabled = false, expanded, onClick, ...rest }: IconButtonProps) {
  return (
    <ButtonElement
      appearance="icon"
      class={rest.class}
      title={label}
      aria-label={label}
      ariaExpanded={expanded === undefined ? undefined : expanded ? "true" : "false"}
      disabled={disabled}
      onClick={() => !disabled && onClick()}
    >
      <Icon name={icon} />
    </ButtonElement>
  );
}
