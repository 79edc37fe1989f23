import type { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../../ports/log.ts';

/** Lines as Powertools writes them: JSON with the function's and the request's ids. */
export function powertoolsLog(logger: Logger): Log {
  return {
    info: (what, fields) => logger.info(what, fields),
    warn: (what, fields) => logger.warn(what, fields),
    error: (what, fields) => logger.error(what, fields),
  };
}
