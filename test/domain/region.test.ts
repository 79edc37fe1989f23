import { expect, test } from 'vitest';
import { KNOWN_REGIONS, regionCode, regionOfCode } from '../../lambdas/domain/region.ts';

/** Ids made years ago are read with this table: lines are added at its end, never changed. */
const GOLDEN = [
  '0 us-east-1',
  '1 us-east-2',
  '2 us-west-1',
  '3 us-west-2',
  '4 ca-central-1',
  '5 ca-west-1',
  '6 sa-east-1',
  '7 mx-central-1',
  '8 eu-west-1',
  '9 eu-west-2',
  'A eu-west-3',
  'B eu-central-1',
  'C eu-central-2',
  'D eu-north-1',
  'E eu-south-1',
  'F eu-south-2',
  'G af-south-1',
  'H me-south-1',
  'I me-central-1',
  'J il-central-1',
  'K ap-east-1',
  'L ap-east-2',
  'M ap-south-1',
  'N ap-south-2',
  'O ap-northeast-1',
  'P ap-northeast-2',
  'Q ap-northeast-3',
  'R ap-southeast-1',
  'S ap-southeast-2',
  'T ap-southeast-3',
  'U ap-southeast-4',
  'V ap-southeast-5',
  'W ap-southeast-6',
  'X ap-southeast-7',
  'Y us-gov-east-1',
  'Z us-gov-west-1',
];

test('each region keeps its character for ever', () => {
  expect(KNOWN_REGIONS.map((region) => `${regionCode(region)} ${region}`)).toEqual(GOLDEN);
});

test('a character leads back to its region', () => {
  for (const region of KNOWN_REGIONS) expect(regionOfCode(regionCode(region))).toBe(region);
});

test('there is a character for every region, each once, none of them a dot', () => {
  const codes = KNOWN_REGIONS.map(regionCode);
  expect(codes.every((code) => /^[0-9A-Za-z]$/.test(code))).toBe(true);
  expect(new Set(codes).size).toBe(codes.length);
});

test.each(['', '01', 'z', '.', ' '])('%j is no region’s character', (code) => {
  expect(regionOfCode(code)).toBeUndefined();
});

test('an unknown region is a fault of the deployment and says what to do', () => {
  expect(() => regionCode('eu-west-9')).toThrow(/eu-west-9.*append/);
});
