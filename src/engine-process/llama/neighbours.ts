/** A sequence of the context by its place among all. */
interface Placed {
  readonly index: number;
}

/**
 * Those without a gap around `chosen`, by their places. llama.cpp evaluates sequences together only if each
 * follows the one before (`llama_batch_allocr::split_equal`): a gap costs as much as another step.
 */
export function neighboursOf<P extends Placed>(chosen: P, all: readonly P[]): P[] {
  const atPlace = new Map(all.map((one) => [one.index, one]));
  let first = chosen.index;
  while (atPlace.has(first - 1)) {
    first--;
  }
  const neighbours: P[] = [];
  for (let one = atPlace.get(first); one; one = atPlace.get(one.index + 1)) {
    neighbours.push(one);
  }
  return neighbours;
}

/** So many of the neighbours, without a gap, with `chosen` among them. */
export function windowAround<P>(chosen: P, neighbours: readonly P[], width: number): P[] {
  const start = Math.min(neighbours.indexOf(chosen), neighbours.length - width);
  return neighbours.slice(start, start + width);
}
