/** CloudFormation's intrinsic functions, as far as our template uses them. Pure: what a name means is an argument. */

/** What the names in a template stand for. */
export interface Names {
  /** Value of `Ref`; throws for a name nobody knows. */
  ref(name: string): unknown;
  /** Value of `Fn::GetAtt`; throws for an attribute nobody knows. */
  attribute(logicalId: string, name: string): unknown;
}

/** What `AWS::NoValue` resolves to: the property that holds it disappears. */
const NOTHING = Symbol('AWS::NoValue');

/** Pseudo parameters of the account that exists on this machine. */
export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';
export const STACK = 'local';
const PSEUDO: Readonly<Record<string, unknown>> = {
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': STACK,
  'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${STACK}/0`,
  'AWS::NoValue': NOTHING,
};

/**
 * Replaces every intrinsic inside a value.
 * @throws Error for an intrinsic or a name that is not known: a guess would fail later and further away
 */
export function resolve(value: unknown, names: Names): unknown {
  const resolved = visit(value, names);
  return resolved === NOTHING ? undefined : resolved;
}

function visit(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => visit(item, names)).filter((item) => item !== NOTHING);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
    return intrinsic(first[0], first[1], names);
  }
  const kept = entries
    .map(([name, item]) => [name, visit(item, names)] as const)
    .filter(([, item]) => item !== NOTHING);
  return Object.fromEntries(kept);
}

function intrinsic(name: string, argument: unknown, names: Names): unknown {
  switch (name) {
    case 'Ref':
      return reference(String(argument), names);
    case 'Fn::GetAtt':
      return attribute(argument, names);
    case 'Fn::Join': {
      const [separator, parts] = list(name, argument, names);
      return texts(name, parts).join(String(separator));
    }
    case 'Fn::Split': {
      const [separator, text] = list(name, argument, names);
      return String(text).split(String(separator));
    }
    case 'Fn::Select': {
      const [index, choices] = list(name, argument, names);
      return texts(name, choices)[Number(index)];
    }
    case 'Fn::Sub':
      return substitute(argument, names);
    default:
      throw new Error(`template: ${name} is not supported locally`);
  }
}

function reference(name: string, names: Names): unknown {
  return Object.hasOwn(PSEUDO, name) ? PSEUDO[name] : names.ref(name);
}

function attribute(argument: unknown, names: Names): unknown {
  const parts = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
  const [logicalId = '', ...path] = parts;
  return names.attribute(logicalId, path.join('.'));
}

/** `${Name}`, `${Name.Attribute}` and `${!literal}`; the second element of the list form adds names of its own. */
function substitute(argument: unknown, names: Names): string {
  const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
  const local = visit(own ?? {}, names) as Record<string, unknown>;
  return String(text).replace(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (Object.hasOwn(local, name)) return String(local[name]);
    return String(name.includes('.') ? attribute(name, names) : reference(name, names));
  });
}

function list(name: string, argument: unknown, names: Names): unknown[] {
  const resolved = visit(argument, names);
  if (!Array.isArray(resolved)) throw new Error(`template: ${name} needs a list`);
  return resolved;
}

function texts(name: string, value: unknown): string[] {
  if (!Array.isArray(value)) throw new Error(`template: ${name} needs a list of texts`);
  return value.map(String);
}
