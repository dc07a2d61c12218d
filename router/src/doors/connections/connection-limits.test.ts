import { expect, it } from 'vitest';
import { connectionLimits, type Place } from './connection-limits.ts';

const limits = (most: number, mostPerAddress: number, mostPerViewer: number) => {
  const refused: string[] = [];
  const counted = connectionLimits({ most, mostPerAddress, mostPerViewer }, (why) => refused.push(why));
  const open = (network: string): Place => {
    const place = counted.open(network);
    if (typeof place === 'string') throw new Error(place);
    return place;
  };
  return { open, refused };
};

it('counts all connections, and gives places back once', () => {
  const { open, refused } = limits(2, 9, 9);
  const first = open('a');
  open('b');
  expect(() => open('c')).toThrow('total');
  first.leave();
  first.leave();
  open('c');
  expect(() => open('d')).toThrow('total');
  expect(refused).toEqual(['total', 'total']);
});

it('counts those of one address', () => {
  const { open } = limits(9, 2, 9);
  const first = open('a');
  open('a');
  expect(() => open('a')).toThrow('address');
  open('b');
  first.leave();
  open('a');
});

it('counts those of one viewer, and of nobody only by address', () => {
  const { open, refused } = limits(9, 9, 1);
  const first = open('a');
  expect(first.take('ada')).toBe(true);
  expect(first.take('ada')).toBe(true);
  const second = open('b');
  expect(second.take('ada')).toBe(false);
  expect(refused).toEqual(['viewer']);
  expect(second.take('bob')).toBe(true);
  expect(open('c').take(undefined)).toBe(true);
  expect(open('d').take(undefined)).toBe(true);
  first.leave();
  expect(first.take('cid')).toBe(true);
  expect(open('e').take('ada')).toBe(true);
  expect(open('f').take('cid')).toBe(true);
});
