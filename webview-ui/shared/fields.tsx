import type { ComponentChildren } from "preact";
import "./fields.css";

/** A control with its name above it. */
export function Field({
  label,
  className = "",
  children,
}: {
  label: string;
  className?: string;
  children: ComponentChildren;
}) {
  return (
    <label class={`field ${className}`}>
      <span class="field-label">{label}</span>
      {children}
    </label>
  );
}

interface NativeSelectProps {
  options: readonly { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
}

/** The browser's own list, for choices of which there may be thousands. */
export function NativeSelect({ options, value, onChange }: NativeSelectProps) {
  return (
    <select
      class="field-control"
      value={value}
      onChange={(event: Event) => onChange((event.currentTarget as HTMLSelectElement).value)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

interface DateFieldProps {
  /** Accessible name. */
  label: string;
  /** `2024-05-31`, or nothing. */
  value: string;
  onChange: (day: string) => void;
}

export function DateField({ label, value, onChange }: DateFieldProps) {
  return (
    <input
      class="field-control"
      type="date"
      aria-label={label}
      title={label}
      value={value}
      onChange={(event: Event) => onChange((event.currentTarget as HTMLInputElement).value)}
    />
  );
}

interface ToggleProps {
  label: string;
  isOn: boolean;
  onToggle: () => void;
}

/** A small button that is on or off. */
export function Toggle({ label, isOn, onToggle }: ToggleProps) {
  return (
    <button type="button" class="toggle" aria-pressed={isOn} onClick={onToggle}>
      {label}
    </button>
  );
}

interface SliderProps {
  /** Tooltip and accessible name. */
  label: string;
  smallest: number;
  largest: number;
  step: number;
  value: number;
  onInput: (value: number) => void;
}

export function Slider({ label, smallest, largest, step, value, onInput }: SliderProps) {
  return (
    <input
      class="slider"
      type="range"
      aria-label={label}
      title={label}
      min={smallest}
      max={largest}
      step={step}
      value={value}
      onInput={(event: Event) => onInput(Number((event.currentTarget as HTMLInputElement).value))}
    />
  );
}
