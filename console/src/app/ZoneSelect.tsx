import { Clock } from 'lucide-react';
import { allZones, nearZones, setZone, useZone } from '../settings/zone.ts';

export function ZoneSelect() {
  const zone = useZone();
  return (
    <label className="flex h-8 items-center gap-1.5 rounded-md px-2 text-sm text-ink-soft hover:bg-sunken">
      <Clock aria-hidden className="size-4 shrink-0" />
      <span className="sr-only">Time zone of the times shown</span>
      <select
        value={zone}
        onChange={(event) => setZone(event.target.value)}
        className="w-20 bg-transparent lg:w-36 text-ink [&_option]:bg-surface"
      >
        <optgroup label="Near">
          {nearZones().map((name) => (
            <option key={name}>{name}</option>
          ))}
        </optgroup>
        <optgroup label="All">
          {allZones().map((name) => (
            <option key={name}>{name}</option>
          ))}
        </optgroup>
      </select>
    </label>
  );
}
