/** Nothing: the extension is only there to have tests run beside it. */
export function activate() {}
