import {
  Box,
  Database,
  FileUp,
  Filter,
  PenLine,
  Radio,
  ReceiptText,
  Sigma,
  type LucideIcon,
} from 'lucide-react';

const ICONS: Readonly<Record<string, LucideIcon>> = {
  'event-store': Database,
  upload: FileUp,
  'streaming-api': Radio,
  filter: Filter,
  map: PenLine,
  aggregate: Sigma,
  'usage-records': ReceiptText,
};

export function operatorIcon(operator: string): LucideIcon {
  return ICONS[operator] ?? Box;
}
