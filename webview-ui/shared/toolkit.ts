import { endStyleProbe } from "./style-probe";
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextArea,
  type Button,
  type Dropdown,
  type TextArea,
} from "@vscode/webview-ui-toolkit";
import type { ComponentChildren, FunctionComponent, Ref } from "preact";

/*
 * The only door to @vscode/webview-ui-toolkit, which is archived upstream: pages use the components
 * beside this file, so that another toolkit can take its place.
 */
endStyleProbe();
provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeProgressRing(),
  vsCodeTextArea(),
);

interface ElementProps<E extends HTMLElement> {
  ref?: Ref<E>;
  class?: string | undefined;
  title?: string | undefined;
  slot?: string;
  children?: ComponentChildren;
  "aria-hidden"?: "true";
}

interface ButtonElementProps extends ElementProps<Button> {
  appearance: "primary" | "secondary" | "icon";
  disabled: boolean;
  "aria-label"?: string | undefined;
  /** As properties: the toolkit's button does not follow these attributes. */
  ariaExpanded?: "true" | "false" | undefined;
  onClick: (event: MouseEvent) => void;
}

interface DropdownElementProps extends ElementProps<Dropdown> {
  position: "above" | "below";
  "aria-label": string;
}

interface OptionElementProps extends ElementProps<HTMLElement> {
  value: string;
  disabled: boolean;
}

interface TextAreaElementProps extends ElementProps<TextArea> {
  value: string;
  placeholder: string;
  rows: number;
  resize?: "vertical" | "none";
  onInput: (event: Event) => void;
  onKeyDown?: ((event: KeyboardEvent) => void) | undefined;
}

export const ButtonElement = element<ButtonElementProps>("vscode-button");
export const DropdownElement = element<DropdownElementProps>("vscode-dropdown");
export const OptionElement = element<OptionElementProps>("vscode-option");
export const ProgressRingElement = element<ElementProps<HTMLElement>>("vscode-progress-ring");
export const TextAreaElement = element<TextAreaElementProps>("vscode-text-area");
export type { Dropdown, TextArea };

/** Gives a custom element's tag the type of a component; Preact renders the string as a tag. */
function element<P>(tag: string): FunctionComponent<P> {
  return tag as unknown as FunctionComponent<P>;
}
