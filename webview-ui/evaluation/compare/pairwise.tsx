import type { PairwiseLine } from "../../../src/protocol/evaluation-view";
import { strings } from "../strings";

/** What judges said when they were shown both responses, in both orders. */
export function Pairwise({ lines }: { lines: readonly PairwiseLine[] }) {
  const head = [
    strings.firstWins(),
    strings.secondWins(),
    strings.ties(),
    strings.inconsistent(),
    strings.unknown(),
    strings.firstShownShare(),
  ];
  return (
    <section aria-label={strings.pairwise()}>
      <h2>{strings.pairwise()}</h2>
      <div class="table-box">
        <table class="figures-table pairwise">
          <thead>
            <tr>
              <th scope="col">{strings.criterion()}</th>
              {head.map((title) => (
                <th key={title} scope="col" class="is-number">
                  {title}
                </th>
              ))}
              <th scope="col">{strings.judge()}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={`${line.judge} ${line.criterion}`}>
                <th scope="row">{line.criterion}</th>
                {[line.first, line.second, line.ties, line.inconsistent, line.unknown].map((count, index) => (
                  <td key={index} class="is-number">
                    {strings.tokens(count)}
                  </td>
                ))}
                <td class="is-number">
                  {line.shownFirstShare === null ? strings.nothing() : strings.percent(line.shownFirstShare)}
                </td>
                <td title={line.judge}>{strings.modelFile(line.judge)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
