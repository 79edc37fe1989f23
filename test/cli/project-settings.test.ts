import { expect, test } from 'vitest';
import { changeProject } from '../../bin/cli/project-settings.ts';
import { aProject } from '../factories.ts';

test.each(['127.0.0.0/8', '0.0.0.0/0', '::1/128', '::/0'])(
  'a deployed gateway never opens %s: the function itself is behind it',
  (cidr) => {
    const text = JSON.stringify({ egress: { cidrs: ['10.0.0.0/8', cidr] } });
    expect(changeProject(aProject(), text, false)).toMatchObject({
      ok: false,
      failure: { errors: [{ field: 'egress.cidrs[1]', code: 'loopback' }] },
    });
    expect(changeProject(aProject(), text, true).ok).toBe(true);
  },
);
