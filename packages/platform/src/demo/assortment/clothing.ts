import { clothes, type Department } from './shelf.ts';

export const clothing: Department = {
  name: 'Clothing',
  shelves: [
    {
      name: 'Shirts',
      materials: [
        ['Organic Cotton', 1],
        ['Linen', 1.3],
        ['Oxford', 1.1],
        ['Flannel', 1.2],
      ],
      forms: [
        ['Shirt', 4900, 260],
        ['T-Shirt', 2400, 180],
        ['Polo', 3400, 230],
      ],
      sizes: clothes,
    },
    {
      name: 'Knitwear',
      materials: [
        ['Merino', 1.3],
        ['Lambswool', 1.1],
        ['Cotton', 0.9],
      ],
      forms: [
        ['Crew-Neck Jumper', 6900, 380],
        ['Cardigan', 7900, 450],
        ['Roll-Neck', 7400, 420],
        ['Beanie', 2400, 90],
      ],
      sizes: clothes,
    },
    {
      name: 'Rainwear',
      materials: [
        ['Waxed', 1.4],
        ['Recycled', 1],
        ['Packable', 0.8],
      ],
      forms: [
        ['Rain Jacket', 8900, 620],
        ['Poncho', 4900, 410],
        ['Over-Trousers', 4400, 330],
      ],
      sizes: clothes,
    },
  ],
};
