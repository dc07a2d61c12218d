import { expect, test } from 'vitest';
import { isRemark, slugOf, tidyName } from './description.rules.ts';

test.each([
  '',
  '?',
  '?sold as sets?',
  'damages',
  'DAMAGED',
  'POSSIBLE DAMAGES OR LOST?',
  'Damaged',
  'Found',
  'Thrown away-rusty',
  'sold as set/6 by dotcom',
  'MERCHANT CHANDLER CREDIT ERROR, STO',
  'Not rcvd in 10/11/2010 delivery',
  'MIA',
])('remark: %s', (text) => {
  expect(isRemark(text)).toBe(true);
});

test.each([
  'WHITE METAL LANTERN',
  'BAG 125g SWIRLY MARBLES',
  'Dotcomgiftshop Gift Voucher £20.00',
  "Dr. Jam's Arouzer Stress Ball",
  '*USB Office Mirror Ball',
  'FLOWERS HANDBAG blue and orange',
  'UMBRELLA',
])('name: %s', (text) => {
  expect(isRemark(text)).toBe(false);
});

test.each([
  ['  SET OF 6  T-LIGHTS,SANTA ', 'Set of 6 T-Lights, Santa'],
  ['KEY FOB , SHED', 'Key Fob, Shed'],
  ["MUM'S KITCHEN CLOCK", "Mum's Kitchen Clock"],
  ['POLYESTER FILLER PAD 40x40cm', 'Polyester Filler Pad 40x40cm'],
  ['ESSENTIAL BALM 3.5g TIN IN ENVELOPE', 'Essential Balm 3.5g Tin in Envelope'],
  ['*USB Office Mirror Ball', 'USB Office Mirror Ball'],
  ['LETTER "A" BLING KEY RING', 'Letter "A" Bling Key Ring'],
  ['DECOUPAGE,GREETING CARD,', 'Decoupage, Greeting Card'],
  ['***', '***'],
])('%s reads %s', (text, tidy) => {
  expect(tidyName(text)).toBe(tidy);
});

test('tidying twice changes nothing more', () => {
  const once = tidyName("FLOWER FAIRY,5 SUMMER B'DRAW LINERS");
  expect(tidyName(once)).toBe(once);
});

test('a slug is plain, and unique by the stock code', () => {
  expect(slugOf('Voucher £20, Crème Brûlée', 'GIFT_0001_20')).toBe('voucher-20-creme-brulee-gift-0001-20');
});
