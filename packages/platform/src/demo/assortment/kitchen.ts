import { type Department, oneSize } from './shelf.ts';

export const kitchen: Department = {
  name: 'Kitchen',
  shelves: [
    {
      name: 'Cookware',
      materials: [
        ['Cast-Iron', 1.3],
        ['Stainless Steel', 1],
        ['Copper', 2.1],
        ['Enamel', 0.9],
      ],
      forms: [
        ['Frying Pan', 3900, 1400],
        ['Saucepan', 3400, 1100],
        ['Casserole', 6900, 3200],
        ['Wok', 4500, 1700],
      ],
      sizes: [
        ['20 cm', 1],
        ['24 cm', 1.25],
        ['28 cm', 1.5],
      ],
    },
    {
      name: 'Tableware',
      materials: [
        ['Stoneware', 1],
        ['Porcelain', 1.4],
        ['Terracotta', 0.8],
        ['Blue-Glazed', 1.1],
      ],
      forms: [
        ['Bowl', 1250, 420],
        ['Plate', 1450, 560],
        ['Mug', 990, 340],
        ['Jug', 2400, 780],
      ],
      sizes: [
        ['Single', 1],
        ['Set of 4', 3.6],
      ],
    },
    {
      name: 'Knives & Boards',
      materials: [
        ['Olive Wood', 1.3],
        ['Oak', 1],
        ['Walnut', 1.5],
      ],
      forms: [
        ['Chopping Board', 2900, 1500],
        ['Bread Board', 2200, 900],
        ['Chef’s Knife', 5900, 260],
        ['Paring Knife', 2600, 110],
      ],
      sizes: oneSize,
    },
    {
      name: 'Coffee & Tea',
      materials: [
        ['Glass', 1],
        ['Matte Black', 1.2],
        ['Brushed Steel', 1.4],
      ],
      forms: [
        ['Coffee Press', 2900, 650],
        ['Pour-Over Set', 3400, 720],
        ['Teapot', 3200, 800],
        ['Hand Grinder', 4900, 540],
      ],
      sizes: oneSize,
    },
  ],
};
