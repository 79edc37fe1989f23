/** Fails when an import breaks the table in `import-rules.ts`, and when nothing was looked at. */
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { IMPORT_RULES } from './import-rules.ts';

/** Far below what there is: a resolver that silently reads nothing must not pass. */
const MIN_MODULES = 80;

const { output } = await cruise(
  ['bin', 'lib', 'lambdas', 'local', 'bench', 'scripts'],
  {
    ruleSet: { forbidden: [...IMPORT_RULES] },
    validate: true,
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
  undefined,
  undefined,
);
const { summary, modules } = output as ICruiseResult;
const ours = modules.filter(({ source }) => /^(bin|lib|lambdas|local|bench|scripts)\//.test(source));

for (const { rule, from, to } of summary.violations) {
  console.error(`${from} -> ${to}\n  ${rule.name}`);
}
console.log(
  `${ours.length} modules, ${summary.totalDependenciesCruised} imports, ${summary.violations.length} broken rules`,
);
if (ours.length < MIN_MODULES) {
  console.error(
    `only ${ours.length} modules were read, at least ${MIN_MODULES} were expected: the check itself is broken`,
  );
  process.exitCode = 1;
}
if (summary.violations.length > 0) process.exitCode = 1;
