import { type Department, oneSize } from './shelf.ts';

export const desk: Department = {
  name: 'Desk',
  shelves: [
    {
      name: 'Paper',
      materials: [
        ['Dotted', 1],
        ['Ruled', 1],
        ['Plain', 0.95],
        ['Recycled', 0.9],
      ],
      forms: [
        ['Notebook', 1200, 260],
        ['Pocket Notebook', 700, 90],
        ['Planner', 1900, 380],
      ],
      sizes: oneSize,
    },
    {
      name: 'Pens',
      materials: [
        ['Brass', 1.8],
        ['Aluminium', 1.3],
        ['Cedar', 0.7],
      ],
      forms: [
        ['Ballpoint', 1900, 30],
        ['Fountain Pen', 3900, 35],
        ['Mechanical Pencil', 1700, 20],
      ],
      sizes: oneSize,
    },
    {
      name: 'Organisers',
      materials: [
        ['Cork', 0.9],
        ['Oak', 1.3],
        ['Steel', 1],
      ],
      forms: [
        ['Monitor Stand', 4900, 2300],
        ['Pen Tray', 1900, 380],
        ['Letter Rack', 2400, 640],
        ['Cable Box', 2100, 700],
      ],
      sizes: oneSize,
    },
  ],
};
