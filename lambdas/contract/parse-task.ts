/** Reads our own queue messages back. Undefined for what is none of ours: a poison message, for the dead-letter queue. */
import { isId, parseHomedId } from '../domain/ids.ts';
import type { AlertTask, DeliveryTask, FanoutTask, WakeTask } from './tasks.ts';

export function parseDeliveryTask(text: string): DeliveryTask | undefined {
  const task = parseObject(text);
  if (task === undefined || task.v !== 1 || !hasEvent(task) || !isEndpoint(task.endpoint)) return undefined;
  if (
    !isTextOrAbsent(task.owner) ||
    !isTextOrAbsent(task.via) ||
    (task.inline !== undefined && !isInline(task.inline))
  )
    return undefined;
  return task as unknown as DeliveryTask;
}

export function parseWakeTask(text: string): WakeTask | undefined {
  const task = parseObject(text);
  if (task === undefined || task.v !== 1 || !isProject(task.project) || !isEndpoint(task.endpoint))
    return undefined;
  if (task.minute !== undefined && !Number.isInteger(task.minute)) return undefined;
  if (task.mended !== undefined && !isMended(task.mended)) return undefined;
  return task as unknown as WakeTask;
}

export function parseAlertTask(text: string): AlertTask | undefined {
  const task = parseObject(text);
  if (task === undefined || task.v !== 1 || !isProject(task.project) || !isEndpoint(task.endpoint))
    return undefined;
  if (task.minute !== undefined && !Number.isInteger(task.minute)) return undefined;
  const { exhausted = [] } = task;
  if (!Array.isArray(exhausted) || !exhausted.every(isExhausted)) return undefined;
  return task as unknown as AlertTask;
}

/** `undefined` too for what may be an event to publish: the two share a queue. */
export function parseFanoutTask(value: unknown): FanoutTask | undefined {
  if (!isObject(value) || value.v !== 1 || value.kind !== 'fanout' || !hasEvent(value)) return undefined;
  if (!Number.isSafeInteger(value.index) || (value.index as number) < 0) return undefined;
  return isTextOrAbsent(value.cursor) ? (value as unknown as FanoutTask) : undefined;
}

/** A fan-out of a version we can't read, after a deploy was rolled back: not ours to refuse for good. */
export function isLaterFanout(text: string): boolean {
  if (!text.includes('"fanout"')) return false;
  const task = parseObject(text);
  return task?.kind === 'fanout' && typeof task.v === 'number' && task.v > 1;
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isInline(value: unknown): boolean {
  if (!isObject(value) || typeof value.contentType !== 'string' || typeof value.body !== 'string')
    return false;
  return isObject(value.headers) && Object.values(value.headers).every((text) => typeof text === 'string');
}

function isMended(value: unknown): boolean {
  return isObject(value) && typeof value.at === 'number' && isTextOrAbsent(value.via);
}

function isExhausted(value: unknown): boolean {
  if (!isObject(value) || typeof value.event !== 'string' || typeof value.type !== 'string') return false;
  return parseHomedId('evt', value.event) !== undefined && typeof value.why === 'string';
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function hasEvent(task: Fields): boolean {
  const { event } = task;
  return (
    isProject(task.project) &&
    typeof task.type === 'string' &&
    typeof event === 'string' &&
    parseHomedId('evt', event) !== undefined
  );
}

function isProject(value: unknown): boolean {
  return typeof value === 'string' && isId('prj', value);
}

function isEndpoint(value: unknown): boolean {
  return typeof value === 'string' && isId('ep', value);
}
