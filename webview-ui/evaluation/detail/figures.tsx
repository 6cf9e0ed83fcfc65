import type { ResponseDetails } from "../../../src/protocol/evaluation-view";
import { strings } from "../strings";

/** What was measured; what is not known is left out. */
export function Figures({ details }: { details: ResponseDetails }) {
  return (
    <section aria-label={strings.figures()}>
      <h3>{strings.figures()}</h3>
      <dl class="figures">
        {figuresOf(details).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function figuresOf(details: ResponseDetails): [name: string, value: string][] {
  const { promptTokens, generatedTokens, generationMs, timeToFirstTokenMs, tokensPerSecond } = details;
  const { stopReason, seed, createdAt } = details;
  const figures: [string, string | null][] = [
    [strings.promptTokens(), promptTokens === null ? null : strings.tokens(promptTokens)],
    [strings.generatedTokens(), generatedTokens === null ? null : strings.tokens(generatedTokens)],
    [strings.generationTime(), generationMs === null ? null : strings.duration(generationMs)],
    [strings.firstToken(), timeToFirstTokenMs === null ? null : strings.duration(timeToFirstTokenMs)],
    [strings.speedLabel(), tokensPerSecond === null ? null : strings.tokensPerSecond(tokensPerSecond)],
    [strings.stopReason(), stopReason === null ? null : strings.stopReasonName(stopReason)],
    [strings.seed(), seed === null ? null : String(seed)],
    [strings.created(), strings.dateTime(createdAt)],
  ];
  return figures.filter((figure): figure is [string, string] => figure[1] !== null);
}
