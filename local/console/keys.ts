/** Single keys, when somebody sits at the terminal. */

export interface Keys {
  close(): void;
}

/** @param actions by key; Ctrl-C is `q` */
export function listenToKeys(actions: Readonly<Record<string, () => void>>): Keys {
  const { stdin } = process;
  if (!stdin.isTTY) return { close: () => {} };
  stdin.setRawMode(true);
  const press = (chunk: Buffer) => {
    const key = chunk.toString();
    actions[key === '\u0003' ? 'q' : key]?.();
  };
  stdin.on('data', press);
  stdin.resume();
  return {
    close: () => {
      stdin.off('data', press);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
