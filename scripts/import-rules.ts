/** Who may import what: the table of docs/architecture.md, as rules. */
import type { IForbiddenRuleType } from 'dependency-cruiser';

/** One folder, what it may import inside the project, and which packages or built-ins. */
interface Allowance {
  readonly folder: string;
  readonly why: string;
  readonly folders: readonly string[];
  /** Regular expressions over package and built-in names; absent: anything. */
  readonly packages?: readonly string[];
}

const ADAPTER_FOLDERS = ['lambdas/ports', 'lambdas/domain', 'lambdas/contract', 'lambdas/aws'];
const TABLE: readonly Allowance[] = [
  {
    folder: 'lambdas/domain',
    why: 'decisions are pure: no I/O, no clock, no SDK',
    folders: ['lambdas/domain'],
    packages: ['^(node:)?crypto$', '^(node:)?net$'],
  },
  {
    folder: 'lambdas/ports',
    why: 'ports are types over the domain',
    folders: ['lambdas/ports', 'lambdas/domain', 'lambdas/contract'],
    packages: [],
  },
  {
    folder: 'lambdas/contract',
    why: 'what synthesis and request time share knows the domain only',
    folders: ['lambdas/contract', 'lambdas/domain'],
    packages: ['node_modules/zod/', '^(node:)?crypto$'],
  },
  {
    folder: 'lambdas/flow',
    why: 'a use case knows needs, not technology',
    folders: ['lambdas/flow', 'lambdas/domain', 'lambdas/ports', 'lambdas/contract'],
    packages: ['^(node:)?crypto$'],
  },
  {
    folder: 'lambdas/aws',
    why: 'a client library knows nothing of what it is used for',
    folders: ['lambdas/aws'],
    packages: ['^(node:)?(crypto|http|https)$', '^(node:)?timers/promises$'],
  },
  {
    folder: 'lambdas/middleware',
    why: 'middleware is about the wire',
    folders: ['lambdas/middleware', 'lambdas/domain', 'lambdas/ports', 'lambdas/contract'],
    packages: ['node_modules/@middy/', 'node_modules/@types/aws-lambda/', 'node_modules/zod/'],
  },
  {
    folder: 'lambdas/handlers',
    why: 'handlers compose what request time has',
    folders: ['lambdas', 'docs/openapi.json'],
  },
  { folder: 'lib', why: 'synthesis knows handlers as file paths only', folders: ['lib', 'lambdas/contract'] },
  { folder: 'bin/app.ts', why: 'the CDK app is synthesis', folders: ['lib', 'lambdas/contract'] },
];

const INSIDE = '^(bin|lib|lambdas|local|bench|scripts|test|docs)/';

function rulesOf(allowance: Allowance): IForbiddenRuleType[] {
  const from = { path: `^${allowance.folder}(/|$)` };
  const rules: IForbiddenRuleType[] = [
    {
      name: `${allowance.folder} imports only ${allowance.folders.join(', ')}`,
      comment: allowance.why,
      severity: 'error',
      from,
      to: { path: INSIDE, pathNot: allowance.folders.map((folder) => `^${folder}(/|$)`) },
    },
  ];
  if (allowance.packages !== undefined) {
    rules.push({
      name: `${allowance.folder} uses only the packages the table names`,
      comment: allowance.why,
      severity: 'error',
      from,
      to: { path: '.', pathNot: [INSIDE, ...allowance.packages] },
    });
  }
  return rules;
}

export const IMPORT_RULES: readonly IForbiddenRuleType[] = [
  ...TABLE.flatMap(rulesOf),
  {
    name: 'an adapter never imports another adapter',
    comment: 'one port each; what two share belongs to the domain',
    severity: 'error',
    from: { path: '^lambdas/adapters/([^/]+)/' },
    to: { path: '^lambdas/adapters/', pathNot: '^lambdas/adapters/$1/' },
  },
  {
    name: `adapters import only ${ADAPTER_FOLDERS.join(', ')}`,
    comment: 'an adapter knows its client library and the port it implements',
    severity: 'error',
    from: { path: '^lambdas/adapters/' },
    to: { path: INSIDE, pathNot: [...ADAPTER_FOLDERS, 'lambdas/adapters'].map((folder) => `^${folder}/`) },
  },
  {
    name: 'no cycles',
    comment: 'two files that need each other are one file, or three',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
];
