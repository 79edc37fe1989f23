/** A fault of an expression, and where it is, as an editor counts. */
export function sayFault(
  expression: string,
  fault: { readonly message: string; readonly position?: number },
): string {
  const message = fault.message.replace(/\.$/, '');
  if (fault.position === undefined) return message;
  const read = expression.slice(0, fault.position);
  const lines = read.split('\n');
  const column = Math.max(1, lines.at(-1)!.length);
  return lines.length === 1 && !expression.includes('\n')
    ? `${message}, at character ${column}`
    : `${message}, at line ${lines.length}, character ${column}`;
}
