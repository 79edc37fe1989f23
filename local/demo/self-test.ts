/** One real event through the real pipeline, before anything is called ready. */
import type { ApiClient } from '../api-client.ts';
import { SELF_TEST_TYPE } from './behaviour.ts';
import type { Receipt, Receiver } from './receiver.ts';

const PATIENCE_MS = 15_000;

export interface SelfTestResult {
  readonly event: string;
  /** From the request to the verified receipt. */
  readonly milliseconds: number;
}

/**
 * Publishes, and waits until the demo receiver has verified the signature.
 * @throws Error that says how far it came
 */
export async function selfTest(api: ApiClient, onReceipt: Receiver['onReceipt']): Promise<SelfTestResult> {
  const startedAt = performance.now();
  const arrived: Receipt[] = [];
  let wake = () => {};
  const off = onReceipt((receipt) => {
    if (receipt.type !== SELF_TEST_TYPE) return;
    arrived.push(receipt);
    wake();
  });
  try {
    const { id } = await api.call('POST', '/events', { type: SELF_TEST_TYPE, data: { hello: 'world' } });
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const receipt = arrived.find((each) => each.id === id && each.path.startsWith('/ok'));
      if (receipt?.verdict.ok === true) {
        return { event: String(id), milliseconds: Math.round(performance.now() - startedAt) };
      }
      if (receipt?.verdict.ok === false) throw new Error(`delivered, but ${receipt.verdict.why}`);
      if (Date.now() > deadline)
        throw new Error(`accepted as ${id}, but not delivered in ${PATIENCE_MS / 1000} s`);
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, deadline - Date.now()).unref();
      });
    }
  } finally {
    off();
  }
}

/** Without demo endpoints: accepted, and found again. */
export async function selfTestOfStorage(api: ApiClient): Promise<SelfTestResult> {
  const startedAt = performance.now();
  const { id } = await api.call('POST', '/events', { type: SELF_TEST_TYPE, data: { hello: 'world' } });
  await api.call('GET', `/events/${id}`);
  return { event: String(id), milliseconds: Math.round(performance.now() - startedAt) };
}
