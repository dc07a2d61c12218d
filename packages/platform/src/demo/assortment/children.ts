import { type Department, oneSize } from './shelf.ts';

export const children: Department = {
  name: 'Children',
  shelves: [
    {
      name: 'Toys',
      materials: [
        ['Wooden', 1],
        ['Beech', 1.2],
        ['Painted', 1.1],
      ],
      forms: [
        ['Train', 2900, 640],
        ['Building Blocks', 3400, 1500],
        ['Stacking Tower', 1900, 420],
        ['Spinning Top', 900, 80],
      ],
      sizes: oneSize,
    },
    {
      name: 'Children’s Rooms',
      materials: [
        ['Moon', 1],
        ['Forest', 1.05],
        ['Whale', 1.1],
      ],
      forms: [
        ['Night Light', 2900, 380],
        ['Blanket', 3900, 600],
        ['Wall Hooks', 1900, 300],
        ['Growth Chart', 1700, 250],
      ],
      sizes: oneSize,
    },
  ],
};
