/** Table and index attribute names both sides need. What is stored under them: docs/architecture.md and `adapters/dynamodb`. */
export const TABLE_KEYS = { partition: 'pk', sort: 'sk', ttl: 'expires' } as const;

export const CONFIG_INDEXES = {
  /** Endpoints by owner, newest first. */
  byOwner: { name: 'by_owner', partition: 'owner_pk', sort: 'sk' },
} as const;

export const LOG_INDEXES = {
  /** Sparse: only deliveries that wait. Carries what a delivery task needs, so that a drain reads no rows. */
  backlog: {
    name: 'backlog',
    partition: 'backlog_pk',
    sort: 'backlog_sk',
    carries: ['prj', 'owner', 'type'],
  },
} as const;

/** Bodies are kept for as long as their prefix says. Keys begin with the project's id, or with that of `later`. */
export const BODY_PREFIXES = { ordinary: 'prj_', later: 'later/' } as const;
/** How far ahead an event may be published, with its body. */
export const MAX_DELIVER_AHEAD_DAYS = 365;
