import { type Department, oneSize } from './shelf.ts';

export const cycling: Department = {
  name: 'Cycling',
  shelves: [
    {
      name: 'Bags',
      materials: [
        ['Canvas', 1],
        ['Roll-Top', 1.3],
        ['Waterproof', 1.5],
      ],
      forms: [
        ['Pannier', 5900, 900],
        ['Backpack', 7900, 1100],
        ['Handlebar Bag', 4400, 480],
        ['Saddle Bag', 2600, 240],
      ],
      sizes: oneSize,
    },
    {
      name: 'Lights & Locks',
      materials: [
        ['USB', 1],
        ['Dynamo', 1.6],
        ['Compact', 0.8],
      ],
      forms: [
        ['Front Light', 3400, 140],
        ['Rear Light', 2400, 90],
        ['Folding Lock', 6900, 1200],
        ['Chain Lock', 5400, 1900],
      ],
      sizes: oneSize,
    },
    {
      name: 'Tools & Care',
      materials: [
        ['Pocket', 0.8],
        ['Workshop', 1.6],
        ['Travel', 1],
      ],
      forms: [
        ['Pump', 2900, 520],
        ['Multi-Tool', 2400, 210],
        ['Puncture Kit', 900, 120],
        ['Chain Oil', 1100, 160],
      ],
      sizes: oneSize,
    },
  ],
};
