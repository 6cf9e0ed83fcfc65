import { strings } from "../strings";

interface ContextMeterProps {
  /** Tokens. */
  used: number;
  total: number;
}

/** From here on the meter warns. */
const nearlyFull = 0.85;

export function ContextMeter({ used, total }: ContextMeterProps) {
  const share = total > 0 ? Math.min(1, used / total) : 0;
  return (
    <div
      class={`context-meter ${share >= nearlyFull ? "nearly-full" : ""}`}
      title={strings.contextTooltip(used, total)}
    >
      <span class="context-text" aria-hidden="true">
        {strings.tokensOf(used, total)}
      </span>
      <div
        class="context-track"
        role="meter"
        aria-label={strings.contextUse()}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={Math.min(used, total)}
        aria-valuetext={strings.tokensOf(used, total)}
      >
        <div class="context-fill" style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
