import { type Department, oneSize } from './shelf.ts';

export const home: Department = {
  name: 'Home',
  shelves: [
    {
      name: 'Lighting',
      materials: [
        ['Brass', 1.4],
        ['Linen', 1],
        ['Smoked Glass', 1.2],
        ['Rattan', 0.9],
      ],
      forms: [
        ['Table Lamp', 6900, 1800],
        ['Floor Lamp', 12900, 4900],
        ['Pendant', 8900, 1600],
      ],
      sizes: oneSize,
    },
    {
      name: 'Bedding',
      materials: [
        ['Washed Linen', 1.6],
        ['Organic Cotton', 1],
        ['Percale', 1.2],
      ],
      forms: [
        ['Duvet Cover', 7900, 1300],
        ['Fitted Sheet', 3900, 700],
        ['Pillowcase', 1900, 210],
      ],
      sizes: [
        ['90 cm', 1],
        ['150 cm', 1.4],
        ['180 cm', 1.7],
      ],
    },
    {
      name: 'Storage',
      materials: [
        ['Seagrass', 1],
        ['Felt', 0.9],
        ['Birch', 1.5],
        ['Wire', 0.8],
      ],
      forms: [
        ['Basket', 2400, 700],
        ['Box', 1900, 600],
        ['Tray', 1700, 500],
      ],
      sizes: [
        ['Small', 1],
        ['Large', 1.6],
      ],
    },
    {
      name: 'Plants & Pots',
      materials: [
        ['Terracotta', 1],
        ['Concrete', 1.3],
        ['Glazed', 1.2],
      ],
      forms: [
        ['Plant Pot', 1400, 1200],
        ['Hanging Planter', 1900, 900],
        ['Watering Can', 2300, 600],
      ],
      sizes: [
        ['12 cm', 1],
        ['18 cm', 1.5],
        ['24 cm', 2.2],
      ],
    },
  ],
};
