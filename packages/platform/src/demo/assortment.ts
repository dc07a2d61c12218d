/** What a shelf of the demo shop holds: every material in every form, each in every size. */
export type Shelf = {
  name: string;
  /** With a factor on the price. */
  materials: readonly (readonly [name: string, factor: number])[];
  /** With the price in euro cents and the weight in grams of the smallest size. */
  forms: readonly (readonly [name: string, priceMinor: number, grams: number])[];
  /** With a factor on price and weight; one size needs no name. */
  sizes: readonly (readonly [name: string, factor: number])[];
};

export type Department = { name: string; shelves: readonly Shelf[] };

const oneSize = [['Standard', 1]] as const;
const clothes = [
  ['S', 1],
  ['M', 1],
  ['L', 1],
  ['XL', 1.1],
] as const;

/** A shop for home, kitchen and the way to work. */
export const assortment: readonly Department[] = [
  {
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
  },
  {
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
  },
  {
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
  },
  {
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
  },
  {
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
  },
  {
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
  },
  {
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
  },
];
