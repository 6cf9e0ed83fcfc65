import { ProgressRingElement } from "./toolkit";
import "./progress.css";

/**
 * Decoration beside a text that says what is going on: the toolkit's ring calls itself an alert, which a
 * screen reader would shout, so it is hidden from them.
 */
export function ProgressRing() {
  return (
    <span class="progress-ring" aria-hidden="true">
      <ProgressRingElement />
    </span>
  );
}

interface ProgressBarProps {
  /** Accessible name. */
  label: string;
  /** 0…100. */
  percent: number;
}

/** The toolkit has no determinate progress, so this is an element of its own. */
export function ProgressBar({ label, percent }: ProgressBarProps) {
  const value = Math.max(0, Math.min(100, Math.round(percent)));
  return (
    <div
      class="progress-bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value}
    >
      <div class="progress-bar-fill" style={{ width: `${value}%` }} />
    </div>
  );
}
