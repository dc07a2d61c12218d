import { type Department, oneSize } from './shelf.ts';

export const garden: Department = {
  name: 'Garden',
  shelves: [
    {
      name: 'Garden Tools',
      materials: [
        ['Ash-Handled', 1.2],
        ['Forged', 1.5],
        ['Light', 0.9],
      ],
      forms: [
        ['Trowel', 1900, 320],
        ['Hand Fork', 1900, 310],
        ['Spade', 4900, 1900],
        ['Pruning Shears', 3400, 240],
      ],
      sizes: oneSize,
    },
    {
      name: 'Balcony',
      materials: [
        ['Folding', 1],
        ['Acacia', 1.3],
        ['Powder-Coated', 1.1],
      ],
      forms: [
        ['Balcony Chair', 5900, 4200],
        ['Balcony Table', 7900, 6800],
        ['Bench', 11900, 11_500],
        ['Lantern', 2900, 900],
      ],
      sizes: oneSize,
    },
  ],
};
