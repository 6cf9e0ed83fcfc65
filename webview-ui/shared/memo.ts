import { Component, createElement, type ComponentChildren, type FunctionComponent } from "preact";

function isSameProps(one: object, other: object): boolean {
  const names = Object.keys(one) as (keyof typeof one)[];
  return (
    names.length === Object.keys(other).length && names.every((name) => Object.is(one[name], other[name]))
  );
}

/** Renders again only when a prop changed; spares the page `preact/compat`, which patches events globally. */
export function memo<P extends object>(render: (props: P) => ComponentChildren) {
  const Inner = render as FunctionComponent<P>;
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return !isSameProps(this.props, next);
    }

    override render(): ComponentChildren {
      return createElement(Inner, this.props as P);
    }
  };
}
