import { idFromName } from '@meridian/kernel/ids';
import { days } from './days.ts';
import { randomFrom } from './random.ts';
import { demoViewers } from './viewers.ts';

export type Person = {
  id: string;
  displayName: string;
  roles: string[];
  email: string;
  phone: string;
  createdAt: Date;
};

type Names = readonly [string, ...string[]];
const firstNames: Names = [
  'Aina',
  'Amir',
  'Anouk',
  'Arjun',
  'Beatriz',
  'Bruno',
  'Camille',
  'Chidi',
  'Clara',
  'Dario',
  'Elif',
  'Emil',
  'Esther',
  'Farah',
  'Felix',
  'Greta',
  'Hana',
  'Hugo',
  'Ines',
  'Ivan',
  'Jana',
  'Joan',
  'Kaori',
  'Lars',
  'Leila',
  'Liam',
  'Lucia',
  'Mateo',
  'Mei',
  'Milan',
  'Nadia',
  'Noah',
  'Olga',
  'Oriol',
  'Paula',
  'Pau',
  'Quentin',
  'Rosa',
  'Samir',
  'Sofia',
  'Tomás',
  'Uma',
  'Victor',
  'Wanda',
  'Yara',
  'Zoe',
];
const lastNames: Names = [
  'Adeyemi',
  'Almeida',
  'Andersson',
  'Bakker',
  'Bianchi',
  'Bosch',
  'Carvalho',
  'Casals',
  'Chen',
  'Dubois',
  'Eriksen',
  'Fischer',
  'Fontaine',
  'García',
  'Haddad',
  'Horvat',
  'Ivanova',
  'Jansen',
  'Kaya',
  'Keller',
  'Kowalska',
  'Lehmann',
  'Martín',
  'Mehta',
  'Moreau',
  'Nakamura',
  'Novák',
  'Oliveira',
  'Petrov',
  'Puig',
  'Riera',
  'Rossi',
  'Schmid',
  'Serra',
  'Silva',
  'Soler',
  'Tanaka',
  'Vidal',
  'Weber',
  'Yilmaz',
];

export const customerId = (number: number): string => idFromName('user', `demo:customer:${number}`);
export const driverUserId = (number: number): string => idFromName('user', `demo:driver:${number}`);

/** The demo viewers, `customers` customers and `drivers` drivers, in this order. */
export function people({
  now,
  customers,
  drivers,
}: {
  now: Date;
  customers: number;
  drivers: number;
}): Person[] {
  const random = randomFrom('people');
  const name = () => `${random.pick(firstNames)} ${random.pick(lastNames)}`;
  const named = [
    ...demoViewers.map(({ userId, displayName, role }) => ({ id: userId, displayName, role })),
    ...Array.from({ length: customers }, (_, i) => ({
      id: customerId(i),
      displayName: name(),
      role: 'CUSTOMER',
    })),
    ...Array.from({ length: drivers }, (_, i) => ({
      id: driverUserId(i),
      displayName: name(),
      role: 'DRIVER',
    })),
  ];
  return named.map(({ id, displayName, role }, i) => ({
    id,
    displayName,
    roles: role === 'DRIVER' ? ['CUSTOMER', 'DRIVER'] : [role],
    email: `${mailbox(displayName)}.${i}@example.com`,
    // Numbers that the British regulator keeps for fiction: +44 7700 900000 to 900999.
    phone: `+447700900${String(i).padStart(3, '0')}`,
    createdAt: days(now, -random.int(400, 800)),
  }));
}

const mailbox = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z ]/g, '')
    .replaceAll(' ', '.');
