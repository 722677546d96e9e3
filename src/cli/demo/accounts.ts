// Owns the customers of the demo's API provider. All are invented; some names hold what breaks careless
// writers of CSV and XML: commas, quotes, ampersands, letters beyond ASCII.

/** Where a customer's traffic enters the provider's network. */
export const REGIONS = ['asia', 'europe', 'north-america'] as const;
export type Region = (typeof REGIONS)[number];

export interface Account {
  readonly name: string;
  readonly regions: readonly Region[];
  /** Its share of the traffic, relative to the others. */
  readonly weight: number;
}

const NAMES = [
  'Aster Robotics',
  'Müller & Söhne',
  'Kestrel Freight, Inc.',
  'Øresund Data',
  "O'Hara Logistics",
  'Blue Heron Health',
  'Nakamura Optics',
  'Tundra Energy',
  'Café Lumière',
  'Vela "Sky" Imaging',
  'Harbor & Pine',
  'Quartz Payments',
  'Ionian Shipping',
  'Saffron Kitchens',
  'Birch Lane Media',
  'Łódź Textiles',
  'Meridian Bank',
  'Copperfield Games',
  'Polar Weather Lab',
  'Jade River Studios',
  'Atlas Mapping',
  'Fjord Analytics',
  'Peregrine Air',
  'Lantern Learning',
  'Redwood Insurance',
  'Sakura Mobile',
  'Orchid Genomics',
  'Cobalt Mining Co.',
  'Zephyr Wind Power',
  'Marigold Foods',
  'Northgate Security',
  'Ember Entertainment',
  'Pacifica Travel',
  'Granite Legal',
  'Coral Reef Tours',
  'Juniper Telecom',
  'Ivory Coast Cocoa',
  'Monsoon Commerce',
  'Slate Publishing',
  'Willow Pharma',
  'Cedar Point Realty',
  'Amber Grid',
  'Silverline Rail',
  'Delta Aquatics',
  'Golden Gate Labs',
  'Nimbus Hosting',
  'Terra Agronomics',
  'Vantage Sports',
  'Echo Translation',
  'Rift Valley Coffee',
  'Summit Outdoor',
  'Prairie Dairy',
  'Lotus Wellness',
  'Cascade Water',
  'Beacon Charity',
  'Sterling Audio',
  'Maple Leaf Motors',
  'Krill Ocean Data',
  'Onyx Fashion',
  'Foxglove Research',
] as const;

const PRESENCES: readonly (readonly Region[])[] = [
  ['asia', 'europe', 'north-america'],
  ['asia', 'europe'],
  ['europe', 'north-america'],
];

/** Sixty customers, the first the largest; one in three has no traffic in North America. */
export const ACCOUNTS: readonly Account[] = NAMES.map((name, index) => ({
  name,
  regions: PRESENCES[index % PRESENCES.length] ?? REGIONS,
  weight: Math.floor(600 / (index + 4)),
}));
