import type { Estimate } from "../../../src/protocol/evaluation-view";
import { strings } from "../strings";
import { useSize } from "../use-source";
import { barHeight, layoutBars, type Axis, type Bar, type ChartData } from "./bar-layout";
import "./charts.css";

interface BarChartProps {
  title: string;
  /** What the numbers are. */
  unit: string;
  data: ChartData;
  /** Of a chart whose ends are known; from 0 to a round number without. */
  axis?: Axis;
  format: (value: number) => string;
  /** In words, of an axis' end. */
  formatTick: (value: number) => string;
}

/** Colours of the theme that VS Code means for charts. */
const colors = 6;

export function seriesClass(series: number): string {
  return `series-${series % colors}`;
}

/** Grouped bars with their 95 % intervals, and the same as a table, which screen readers get. */
export function BarChart({ title, unit, data, axis, format, formatTick }: BarChartProps) {
  const { element, width } = useSize<HTMLDivElement>();
  const layout = layoutBars(data, width, axis);
  const isGrouped = data.groups.some((name) => name !== "");
  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        <span class="hint">{unit}</span>
      </figcaption>
      <Legend series={data.series} />
      <div class="chart-plot" ref={element}>
        {width > 0 && (
          <svg width={layout.width} height={layout.height} aria-hidden="true" focusable="false">
            {layout.ticks.map(({ value, x }) => (
              <g key={value} class="tick">
                <line x1={x} x2={x} y1={0} y2={layout.plotBottom} />
                <text x={x} y={layout.plotBottom + 14} text-anchor={x < 8 ? "start" : "middle"}>
                  {formatTick(value)}
                </text>
              </g>
            ))}
            {layout.headings.map(({ text, y }) => (
              <text key={text} class="group-name" x={0} y={y}>
                {text}
              </text>
            ))}
            {layout.bars.map((bar) => (
              <BarMark key={`${bar.group} ${bar.series}`} bar={bar} text={format(bar.estimate.mean)}>
                {titleOf(bar, data, format)}
              </BarMark>
            ))}
          </svg>
        )}
      </div>
      <details class="chart-table">
        <summary>{strings.asTable()}</summary>
        <ChartTable {...{ title, data, format, isGrouped }} />
      </details>
    </figure>
  );
}

function BarMark({ bar, text, children }: { bar: Bar; text: string; children: string }) {
  const { x, y, width, low, high, textX, series } = bar;
  const middle = y + barHeight / 2;
  return (
    <g class={seriesClass(series)}>
      <title>{children}</title>
      <rect class="bar" x={x} y={y} width={width} height={barHeight} rx={1.5} />
      {low !== undefined && high !== undefined && (
        <path
          class="interval"
          d={`M${low} ${middle}H${high}M${low} ${y + 4}V${y + 10}M${high} ${y + 4}V${y + 10}`}
        />
      )}
      <text class="bar-value" x={textX} y={middle + 4}>
        {text}
      </text>
    </g>
  );
}

function Legend({ series }: { series: readonly string[] }) {
  return (
    <ul class="legend" aria-hidden="true">
      {series.map((name, index) => (
        <li key={index} class={seriesClass(index)}>
          <span class="swatch" />
          {name}
        </li>
      ))}
    </ul>
  );
}

interface ChartTableProps extends Pick<BarChartProps, "title" | "data" | "format"> {
  isGrouped: boolean;
}

function ChartTable({ title, data: { groups, series, values }, format, isGrouped }: ChartTableProps) {
  return (
    <div class="table-box">
      <table class="figures-table">
        <caption class="visually-hidden">{title}</caption>
        <thead>
          <tr>
            {isGrouped && <th scope="col">{strings.criterion()}</th>}
            <th scope="col">{strings.model()}</th>
            <th scope="col" class="is-number">
              {strings.mean()}
            </th>
            <th scope="col" class="is-number">
              {strings.intervalLabel()}
            </th>
            <th scope="col" class="is-number">
              {strings.count()}
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.flatMap((group, groupIndex) =>
            series.map((name, index) => {
              const estimate = values[groupIndex]?.[index] ?? null;
              return (
                <tr key={`${groupIndex} ${index}`}>
                  {isGrouped && <td>{group}</td>}
                  <th scope="row">{name}</th>
                  <td class="is-number">{estimate ? format(estimate.mean) : strings.nothing()}</td>
                  <td class="is-number">{intervalText(estimate, format)}</td>
                  <td class="is-number">{strings.tokens(estimate?.count ?? 0)}</td>
                </tr>
              );
            }),
          )}
        </tbody>
      </table>
    </div>
  );
}

export function intervalText(
  estimate: Pick<Estimate, "low" | "high"> | null,
  format: (value: number) => string,
): string {
  return estimate && estimate.low !== null && estimate.high !== null
    ? strings.interval(format(estimate.low), format(estimate.high))
    : strings.nothing();
}

function titleOf(
  { group, series, estimate }: Bar,
  data: ChartData,
  format: (value: number) => string,
): string {
  const names = [data.groups[group] ?? "", data.series[series] ?? ""].filter((name) => name !== "");
  return `${names.join(", ")}: ${format(estimate.mean)} (${intervalText(estimate, format)})`;
}
